import * as os from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import * as v from "valibot";
import { exportScope } from "../../protocol/export";
import { Refusal } from "../../protocol/rpc";
import { sizeText } from "../../core/quantity";
import { topicOf } from "../../core/topics";
import type { CaptureView } from "../capture";
import { messages, number, plain } from "../labels";
import type { ListNode, MessageNode } from "../tree/nodes";
import { command, type Chosen, type Command } from "./command";
import { captureOf, type CommandContext } from "./context";

const { t } = vscode.l10n;

const exportArgs = v.object({
  path: v.string(),
  format: v.string(),
  scope: v.optional(exportScope),
  redact: v.optional(v.unknown()),
  capture: v.optional(v.string()),
});
type Scope = v.InferOutput<typeof exportScope>;

export function exportCommands(context: CommandContext): Command[] {
  return [
    command({
      id: "mispStream.export",
      args: exportArgs,
      ask: async (chosen) => {
        const capture = context.captures.get(captureOf(context, undefined, chosen));
        if (!capture?.messages) throw new Refusal("There is nothing to export: this capture holds no message.");
        const scope = await askScope(context, capture, chosen);
        if (!scope) return undefined;
        const uri = await vscode.window.showSaveDialog({
          title: t("Export to a fixture"),
          defaultUri: vscode.Uri.file(path.join(folder(), fileName(capture))),
          filters: { [t("MISP messages, one a line")]: ["jsonl"] },
        });
        return uri && { path: uri.fsPath, format: "jsonl", scope, capture: capture.id };
      },
      run: async ({ path: file, format, scope = "all", redact, capture }, byPerson) => {
        if (format !== "jsonl")
          throw new Refusal(`The format "${format.slice(0, 32)}" is not available in this version. Use "jsonl".`);
        if (redact !== undefined && redact !== false)
          throw new Refusal("This version does not redact. Export without redact, or leave the message out.");
        if (!path.isAbsolute(file))
          throw new Refusal(`The path "${file.slice(0, 256)}" is not absolute. Give the whole path of the file.`);
        const args = { capture: captureOf(context, capture), path: file, format, scope, tool: context.tool } as const;
        return byPerson ? withProgress(context, args) : context.engine().export(args);
      },
      tell: ({ path: file }, result) => void tellDone(file, result),
    }),
  ];
}

async function askScope(context: CommandContext, capture: CaptureView, chosen: Chosen): Promise<Scope | undefined> {
  const nodes = chosen.nodes.length > 1 || chosen.node ? chosen.nodes : context.tree.selection;
  const selected = nodes.filter((node): node is MessageNode => node.kind === "message" && node.capture === capture.id);
  const list = nodes
    .map((node) => (node.kind === "message" ? node.parent : node))
    .find((node): node is ListNode => node.kind === "list" && listScope(node) !== undefined);
  const listed = list && listScope(list);
  const rows: (vscode.QuickPickItem & { scope: Scope })[] = [];
  if (selected.length > 0)
    rows.push({
      label: t("Selected messages"),
      description: messages(selected.length),
      scope: { seqs: selected.map(({ row }) => row.seq) },
    });
  if (list && listed) rows.push({ label: listLabel(list), scope: listed });
  if (context.filter.text)
    rows.push({
      label: t("What the filter shows"),
      description: `${messages(capture.matches ?? 0)}, ${plain(context.filter.text)}`,
      scope: "filtered",
    });
  rows.push({ label: t("All messages"), description: messages(capture.messages), scope: "all" });
  if (chosen.node?.kind === "list" && listed) return listed;
  const answer = await vscode.window.showQuickPick(rows, {
    title: t("Export from {0}", plain(capture.origin.name)),
    placeHolder: t("Which messages"),
  });
  return answer?.scope;
}

/** What an export of this list holds; undefined for all messages, and for those of no event. */
function listScope({ topic, event }: ListNode): Scope | undefined {
  if (topic !== undefined) return { topic };
  return event ? { event } : undefined;
}

const listLabel = ({ topic, event = "" }: ListNode): string =>
  topic === undefined ? t("Event {0}", plain(event)) : t("Topic {0}", plain(topicOf(topic).short));

function withProgress(
  context: CommandContext,
  args: Parameters<ReturnType<CommandContext["engine"]>["export"]>[0],
): ReturnType<ReturnType<CommandContext["engine"]>["export"]> {
  return Promise.resolve(
    vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: t("Exporting"), cancellable: true },
      (progress, token) => {
        const cancel = new AbortController();
        token.onCancellationRequested(() => cancel.abort());
        let percent = 0;
        return context.engine().export(args, {
          signal: cancel.signal,
          onProgress: ({ done, total }) => {
            const now = total === 0 ? 100 : (done / total) * 100;
            progress.report({ message: t("{0} of {1}", number(done), messages(total)), increment: now - percent });
            percent = now;
          },
        });
      },
    ),
  );
}

async function tellDone(file: string, result: { messages: number; bytes: number }): Promise<void> {
  const open = t("Open");
  const answer = await vscode.window.showInformationMessage(
    t("Exported {0}, {1}, to {2}", messages(result.messages), sizeText(result.bytes), path.basename(file)),
    open,
  );
  if (answer === open) await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(file));
}

const folder = (): string => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? os.homedir();
const fileName = ({ origin }: CaptureView): string =>
  `${origin.name.replace(/[^\w-]+/g, "-").slice(0, 80) || "capture"}.misp.jsonl`;
