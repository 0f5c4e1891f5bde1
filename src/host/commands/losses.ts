import * as vscode from "vscode";
import { plain } from "../labels";
import { lossReport } from "../losses";
import type { Command } from "./command";
import { captureCommand, type CommandContext } from "./context";

const { t } = vscode.l10n;

/** Answers "is anything missing?", as far as that can be known. */
export const lossCommands = (context: CommandContext): Command[] => [
  captureCommand(context, "mispStream.showLosses", async (id) => {
    const losses = await context.engine().losses({ capture: id });
    const capture = (await context.captures.current()).find((each) => each.id === id);
    if (capture) {
      const title = t("Losses of {0}", plain(capture.origin.name));
      await context.documents.showReport(
        title,
        lossReport(capture, losses, { now: Date.now(), time: context.settings.time }, t),
      );
    }
    return losses;
  }),
];
