import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import type { CaptureStatus, MispStreamApi } from "../../src/host/api";

/** Folder of this run, for files that tests write. */
export const runFolder = process.env["MISP_STREAM_RUN"] ?? "";

export async function api(): Promise<MispStreamApi> {
  const extension = vscode.extensions.getExtension<{ getApi(version: number): MispStreamApi }>(
    "misp-stream.misp-stream",
  );
  assert.ok(extension, "misp-stream.misp-stream is not installed");
  return (await extension.activate()).getApi(1);
}

export const run = async <T>(command: string, argument: unknown): Promise<T> =>
  vscode.commands.executeCommand<T>(`mispStream.${command}`, argument);

/** Asks until the answer holds; the test's own time limit ends it. */
export async function until<T>(ask: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await ask();
    if (holds(value)) return value;
    await sleep(50);
  }
}

export async function statusOf(capture: string): Promise<CaptureStatus> {
  const status = (await (await api()).captures()).find(({ id }) => id === capture);
  assert.ok(status, `capture ${capture} is not listed`);
  return status;
}

export const received = (capture: string, messages: number): Promise<CaptureStatus> =>
  until(
    () => statusOf(capture),
    (status) => status.messages >= messages,
  );

/** Disconnects and removes every capture, so that each test starts with none. */
export async function removeAll(): Promise<void> {
  for (const { id } of await (await api()).captures()) {
    await run("disconnect", { capture: id });
    await run("clear", { capture: id });
  }
}

/** Frames of every odd kind: what a person may meet on a real feed, and what an attacker may send. */
export function oddFrames(): Buffer[] {
  const text = (value: string): Buffer => Buffer.from(value);
  return [
    text(
      'misp_json_attribute {"Attribute":{"id":"1","uuid":"7b3f2758-86ce-45d3-b7fd-b1f77ac85328","type":"ip-dst","value":"198.51.100.7","event_id":"3508"},"Event":{"id":"3508"},"action":"add"}',
    ),
    text("misp_json_attribute "),
    Buffer.concat([text('misp_json_attribute {"value":"'), Buffer.from([0xc3, 0x28]), text('"}')]),
    text("misp_json_workflow not json"),
    text("no-space-at-all"),
    Buffer.alloc(0),
    text('misp_json {\n  "Event": {\n    "id": "7",\n    "info": "pretty \\u00e9"\n  }\n}'),
    text('misp_json_audit {"AuditLog":{"id":9007199254740993,"size":1e400,"x":-0},"action":"log"}'),
    text("misp_json_workflow []"),
    text('misp_json_workflow {"__proto__":{"polluted":true},"constructor":"$(alert)","rtl":"\u202Eevil"}'),
    text(`misp_json_workflow ${"[".repeat(300)}${"]".repeat(300)}`),
    Buffer.concat([Buffer.from([0xff, 0xfe]), text(' {"topic":"is not UTF-8"}')]),
  ];
}
