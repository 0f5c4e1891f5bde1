import * as vscode from "vscode";
import * as v from "valibot";
import { isUp } from "../capture";
import { messages, number, plain } from "../labels";
import type { Node } from "../tree/nodes";
import { isNode } from "../tree/nodes";
import { command, type Command } from "./command";
import { captureCommand, captureOf, inCapture, type CommandContext } from "./context";

const { t } = vscode.l10n;
const node = v.custom<Node>(isNode);

export function viewCommands(context: CommandContext): Command[] {
  const { captures, tree } = context;

  return [
    captureCommand(context, "mispStream.pause", async (capture) => {
      await context.engine().pause({ capture });
      captures.touch();
      return { held: 0 };
    }),
    captureCommand(context, "mispStream.resume", async (capture) => {
      const { held } = await context.engine().resume({ capture });
      captures.touch();
      return { held };
    }),
    command({
      id: "mispStream.clear",
      args: inCapture,
      ask: async (chosen) => {
        const id = captureOf(context, undefined, chosen);
        const capture = captures.get(id);
        const name = capture?.origin.name ?? "";
        const live = capture && (isUp(capture.connection) || capture.connection.state !== "disconnected");
        const yes = live ? t("Clear") : t("Remove");
        const question = live
          ? t("Clear {0} of {1}?", messages(capture.messages), plain(name))
          : t("Remove {0} and its {1}?", plain(name), messages(capture?.messages ?? 0));
        const answer =
          capture?.messages === 0
            ? yes
            : await vscode.window.showWarningMessage(question, { modal: true, detail: t("Exported files stay.") }, yes);
        return answer === yes ? { capture: id } : undefined;
      },
      run: async ({ capture }) => {
        await captures.clear(captureOf(context, capture));
        return {};
      },
    }),
    command({
      id: "mispStream.deleteAll",
      args: v.object({}),
      ask: async () => {
        const yes = t("Delete");
        const answer = await vscode.window.showWarningMessage(
          t("Delete all captured data?"),
          {
            modal: true,
            detail: t(
              "Every capture of this window and every journal that no other window uses is deleted. Exported files stay.",
            ),
          },
          yes,
        );
        return answer === yes ? {} : undefined;
      },
      run: async () => ({ deleted: await captures.deleteAll() }),
      tell: (_, { deleted }) =>
        void vscode.window.showInformationMessage(
          deleted === 1 ? t("1 capture deleted.") : t("{0} captures deleted.", number(deleted)),
        ),
    }),
    command({
      id: "mispStream.showMore",
      args: node,
      ask: async ({ node: step }) => (step?.kind === "step" ? step.parent : undefined),
      run: async (list) => {
        tree.showMore(list);
        return {};
      },
    }),
    command({
      id: "mispStream.showNewer",
      args: node,
      ask: async ({ node: step }) => (step?.kind === "step" ? step.parent : undefined),
      run: async (list) => {
        tree.showNewer(list);
        return {};
      },
    }),
    command({
      id: "mispStream.showLog",
      args: v.object({}),
      run: async () => {
        context.log.show();
        return {};
      },
    }),
    command({
      id: "mispStream.openSetting",
      args: v.string(),
      run: async (name) => {
        await vscode.commands.executeCommand("workbench.action.openSettings", name);
        return {};
      },
    }),
    command({
      id: "mispStream.showActions",
      args: v.object({}),
      run: async () => {
        await showActions(context);
        return {};
      },
    }),
  ];
}

/** What the status bar's item offers. */
async function showActions({ captures }: CommandContext): Promise<void> {
  const live = captures.all.filter(({ connection }) => connection.state !== "disconnected");
  const rows = [
    ...live.flatMap((capture) => {
      const name = plain(capture.origin.name);
      const argument = { capture: capture.id };
      const act = !isUp(capture.connection)
        ? { label: `$(pulse) ${t("Diagnose {0}", name)}`, id: "mispStream.diagnoseCapture", argument }
        : capture.paused
          ? { label: `$(play) ${t("Resume {0}", name)}`, id: "mispStream.resume", argument }
          : { label: `$(debug-pause) ${t("Pause {0}", name)}`, id: "mispStream.pause", argument };
      return [
        act,
        { label: `$(debug-disconnect) ${t("Disconnect {0}", name)}`, id: "mispStream.disconnect", argument },
      ];
    }),
    { label: `$(list-tree) ${t("Show the captures")}`, id: "mispStream.captures.focus", argument: undefined },
    { label: `$(filter) ${t("Filter…")}`, id: "mispStream.filter", argument: undefined },
    { label: `$(export) ${t("Export…")}`, id: "mispStream.export", argument: undefined },
    { label: `$(pulse) ${t("Diagnose…")}`, id: "mispStream.diagnose", argument: undefined },
    { label: `$(output) ${t("Show Log")}`, id: "mispStream.showLog", argument: undefined },
  ];
  const chosen = await vscode.window.showQuickPick(rows, { title: "MISP Stream" });
  if (chosen) await vscode.commands.executeCommand(chosen.id, ...(chosen.argument ? [chosen.argument] : []));
}
