import { randomUUID } from "node:crypto";
import * as v from "valibot";
import type * as vscode from "vscode";
import type { CaptureMemory } from "./capture";
import type { Grouping } from "./tree/nodes";

const remembered = v.array(v.object({ id: v.string(), connected: v.boolean() }));

/** The window's captures, in its workspace's storage. */
export const captureMemory = (state: vscode.Memento): CaptureMemory => ({
  load: () => {
    const kept = v.safeParse(remembered, state.get("captures"));
    return kept.success ? kept.output : [];
  },
  save: (captures) => void state.update("captures", captures),
});

/** The view's filter, there too. */
export const filterMemory = (state: vscode.Memento): { get(): string; set(text: string): void } => ({
  get: () => {
    const text = state.get<unknown>("filter");
    return typeof text === "string" ? text : "";
  },
  set: (text) => void state.update("filter", text),
});

/** What exports of this workspace have in common, there too. */
export interface ExportMemory {
  /** Where the last one went. */
  folder: string | undefined;
  /** Of redaction: nobody else knows it, and the same value gets the same placeholder in every export. */
  seed(): string;
}

export const exportMemory = (state: vscode.Memento): ExportMemory => ({
  get folder() {
    const folder = state.get<unknown>("export.folder");
    return typeof folder === "string" ? folder : undefined;
  },
  set folder(folder) {
    void state.update("export.folder", folder);
  },
  seed: () => {
    const kept = state.get<unknown>("redaction.seed");
    if (typeof kept === "string") return kept;
    const seed = randomUUID();
    void state.update("redaction.seed", seed);
    return seed;
  },
});

/** The message the pane shows, there too. */
export const detailMemory = (state: vscode.Memento): { get(): unknown; set(message: object | undefined): void } => ({
  get: () => state.get<unknown>("detail"),
  set: (message) => void state.update("detail", message),
});

/** The capture the overview shows, there too. */
export const overviewMemory = (state: vscode.Memento): { get(): string | undefined; set(capture: string): void } => ({
  get: () => {
    const capture = state.get<unknown>("overview");
    return typeof capture === "string" ? capture : undefined;
  },
  set: (capture) => void state.update("overview", capture),
});

/** What the view's messages are listed by, there too. */
export const groupingMemory = (state: vscode.Memento): { get(): Grouping; set(grouping: Grouping): void } => ({
  get: () => (state.get<unknown>("grouping") === "event" ? "event" : "topic"),
  set: (grouping) => void state.update("grouping", grouping),
});
