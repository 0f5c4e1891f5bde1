import * as vscode from "vscode";
import type { OpenedMessage } from "../../protocol/engine";
import { Refusal } from "../../protocol/rpc";
import { copied } from "../copied";
import { command, type Command } from "./command";
import { captureOf, type CommandContext } from "./context";
import { askMessage, messageArgs } from "./message";

const { t } = vscode.l10n;
const TOLD_MS = 3_000;

/** Copies of a message that is not shown: masked as a pane that has revealed nothing. What was copied is never told. */
export function copyCommands(context: CommandContext): Command[] {
  const copy = (
    id: string,
    what: "message" | "part" | "defanged",
    toldOf: (message: OpenedMessage) => string,
  ): Command => {
    let told = "";
    return command({
      id,
      args: messageArgs,
      ask: (chosen) => askMessage(context, chosen),
      run: async ({ capture, seq }) => {
        const engine = context.engine();
        const message = await engine.openMessage({ capture: captureOf(context, capture), seq });
        const { document, value } = message;
        try {
          if (!value && what !== "message")
            throw new Refusal(
              `#${seq} has no value: it is neither an attribute nor the sighting of one. Copy the message.`,
            );
          await vscode.env.clipboard.writeText(await copied(engine, message, { document, what }));
        } finally {
          await engine.closeMessage({ document });
        }
        told = toldOf(message);
        return {};
      },
      tell: () => void vscode.window.setStatusBarMessage(told, TOLD_MS),
    });
  };

  return [
    copy("mispStream.copyMessage", "message", ({ masked }) =>
      masked.length > 0 ? t("Message copied, with what is secret in it masked") : t("Message copied"),
    ),
    copy("mispStream.copyValue", "part", () => t("Value copied")),
    copy("mispStream.copyDefanged", "defanged", ({ value }) =>
      value?.defanged === undefined
        ? t("Value copied, in which nothing was to be defanged")
        : t("Value copied defanged"),
    ),
  ];
}
