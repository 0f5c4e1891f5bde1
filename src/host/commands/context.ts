import * as v from "valibot";
import type * as vscode from "vscode";
import type { Engine } from "../../protocol/engine";
import type { Receiver } from "../../protocol/feed";
import { Refusal } from "../../protocol/rpc";
import type { Captures } from "../captures";
import type { DetailPane } from "../detail";
import type { MessageDocuments } from "../documents";
import type { ExportMemory } from "../memory";
import type { OverviewPanel } from "../overview";
import type { Publishers } from "../publishers";
import type { Secrets } from "../secrets";
import type { Settings } from "../settings";
import type { GroupingState } from "../tree/grouping";
import type { TreeModel } from "../tree/model";
import type { CapturesTree } from "../tree/view";
import type { FilterState } from "../filterState";
import { command, type Chosen, type Command } from "./command";

/** What commands work with. */
export interface CommandContext {
  readonly captures: Captures;
  readonly engine: () => Engine;
  readonly receiver: Receiver;
  readonly publishers: Publishers;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly filter: FilterState;
  readonly grouping: GroupingState;
  readonly tree: CapturesTree;
  readonly model: TreeModel;
  readonly detail: DetailPane;
  readonly overview: OverviewPanel;
  readonly documents: MessageDocuments;
  readonly log: vscode.LogOutputChannel;
  /** For recent endpoints and filters. */
  readonly recent: vscode.Memento;
  readonly exportMemory: ExportMemory;
  /** Name and version, for a fixture's provenance. */
  readonly tool: string;
  /** The script of the thread that writes types. */
  readonly generator: string;
}

/** The capture named, else the one chosen or selected in the tree, else the one last used. */
export function captureOf({ captures, tree }: CommandContext, named?: string, chosen?: Chosen): string {
  const id = named ?? chosen?.node?.capture ?? tree.selection[0]?.capture ?? captures.lastUsed;
  if (id === undefined) throw new Refusal("There is no capture yet. Run “MISP Stream: Connect” to start one.");
  if (!captures.get(id))
    throw new Refusal(`There is no capture "${id.slice(0, 64)}". Choose one in the MISP Stream view.`);
  return id;
}

export const inCapture = v.object({ capture: v.optional(v.string()) });

/** A command whose one argument is the capture; a person means the one they chose. */
export const captureCommand = <R extends object>(
  context: CommandContext,
  id: string,
  run: (capture: string, byPerson: boolean) => Promise<R>,
  tell?: (capture: string, result: R) => void,
): Command =>
  command({
    id,
    args: inCapture,
    ask: async (chosen) => ({ capture: captureOf(context, undefined, chosen) }),
    run: async ({ capture }, byPerson) => run(captureOf(context, capture), byPerson),
    tell: ({ capture = "" }, result) => tell?.(capture, result),
  });

const KEPT = 20;

/** The last texts of one kind, newest first; kept across windows. */
export class Recent {
  constructor(
    private readonly memento: vscode.Memento,
    private readonly key: string,
  ) {}

  get all(): readonly string[] {
    const kept = this.memento.get<unknown>(this.key);
    return Array.isArray(kept) ? kept.filter((text) => typeof text === "string") : [];
  }

  async add(text: string): Promise<void> {
    await this.memento.update(this.key, [text, ...this.all.filter((other) => other !== text)].slice(0, KEPT));
  }
}
