import { mkdir } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import * as path from "node:path";
import * as vscode from "vscode";
import * as v from "valibot";
import { formatOf } from "../../core/fixture/formats";
import type { ExportScope } from "../../protocol/export";
import { Refusal } from "../../protocol/rpc";
import { isUp, type CaptureView } from "../capture";
import { messages, number, plain } from "../labels";
import { awaitScenario, type Scenario, type ScenarioOrder } from "../scenario";
import { command, type Command } from "./command";
import { captureOf, type CommandContext } from "./context";
import { askExport, placeOf } from "./exportDialogs";

const { t } = vscode.l10n;

/** Seconds without a message after which a scenario is over. */
const QUIET = [2, 5, 10, 30];
const MAX_NAME = 80;

const scenarioArgs = v.object({
  /** Of the fixture: what is done in MISP meanwhile. */
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(MAX_NAME)),
  quiet: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(3_600)), 5),
  capture: v.optional(v.string()),
  /** Default: the name, in the folder of fixtures. */
  path: v.optional(v.string()),
  /** As `mispStream.export` takes it. */
  redact: v.optional(v.unknown()),
});

/** Do one thing in MISP, and get a fixture of just that. */
export function scenarioCommands(context: CommandContext): Command[] {
  return [
    command({
      id: "mispStream.recordScenario",
      args: scenarioArgs,
      ask: async (chosen) => {
        const capture = connected(context, captureOf(context, undefined, chosen));
        const name = await vscode.window.showInputBox({
          title: t("Record a scenario from {0}", plain(capture.origin.name)),
          prompt: t("What will you do in MISP? The fixture is named after it."),
          placeHolder: t("tag an event"),
          ignoreFocusOut: true,
          validateInput: (text) => (text.trim().length > MAX_NAME ? t("At most {0} characters.", MAX_NAME) : undefined),
        });
        if (!name?.trim()) return undefined;
        const rows = QUIET.map((quiet) => ({ label: t("{0} seconds", quiet), quiet }));
        const answer = await vscode.window.showQuickPick(rows, {
          title: t("Record a scenario: {0}", plain(name)),
          placeHolder: t("It is over when nothing has come for"),
        });
        return answer && { name, quiet: answer.quiet, capture: capture.id };
      },
      run: async ({ name, quiet, capture: named, path: file, redact }, byPerson) => {
        const capture = connected(context, captureOf(context, named));
        const order = { capture: capture.id, quietMs: quiet * 1_000 };
        const isConnected = (): boolean => isStillUp(context.captures.get(capture.id), capture);
        const clock = { engine: context.engine, now: context.now, wait, isConnected };
        const scenario = byPerson
          ? await withProgress(name, quiet, (more) => awaitScenario({ ...order, ...more }, clock))
          : await awaitScenario(order, clock);
        const scope: ExportScope = { after: scenario.after, upTo: scenario.upTo };
        const place = file ?? placeOf(context, formatOf("jsonl"), name);
        if (!byPerson && file === undefined) await mkdir(path.dirname(place), { recursive: true });
        const wanted = byPerson
          ? await askExport(context, capture, { nodes: [], uris: [] }, { scope, name })
          : {
              ...{ path: place, format: "jsonl", scope },
              ...{ capture: capture.id, ...(redact !== undefined && { redact }) },
            };
        if (!wanted) return { messages: scenario.messages };
        await vscode.commands.executeCommand("mispStream.export", wanted);
        return { messages: scenario.messages, path: wanted.path };
      },
      tell: (_, result) => void tellDone(result),
    }),
  ];
}

function connected({ captures }: CommandContext, id: string): CaptureView {
  const capture = captures.get(id);
  if (!capture || !isUp(capture.connection))
    throw new Refusal("This capture is not connected, so nothing of a scenario would come. Connect it first.");
  return capture;
}

/** It is connected, and was so since. */
const isStillUp = (now: CaptureView | undefined, { dropped }: CaptureView): boolean =>
  now !== undefined && isUp(now.connection) && now.dropped.disconnects === dropped.disconnects;

/** Says what to do, and what has come of it. */
function withProgress(
  name: string,
  quiet: number,
  work: (more: Pick<ScenarioOrder, "signal" | "onLook">) => Promise<Scenario>,
): Promise<Scenario> {
  const title = t("Recording “{0}”", plain(name));
  return Promise.resolve(
    vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      (progress, token) => {
        const cancel = new AbortController();
        token.onCancellationRequested(() => cancel.abort());
        progress.report({ message: t("Do it in MISP now.") });
        return work({
          signal: cancel.signal,
          onLook: ({ messages: count }) => {
            if (count === 0) return;
            progress.report({ message: t("{0}, over after {1} s without another", messages(count), number(quiet)) });
          },
        });
      },
    ),
  );
}

async function tellDone({ messages: count, path: file }: { messages: number; path?: string }): Promise<void> {
  if (file === undefined) return;
  const open = t("Open");
  const told = t("Recorded {0} in {1}.", messages(count), path.basename(file));
  const answer = await vscode.window.showInformationMessage(told, open);
  if (answer === open) await vscode.commands.executeCommand("mispStream.open", { path: file });
}
