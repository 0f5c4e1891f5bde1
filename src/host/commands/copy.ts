import * as vscode from "vscode";
import type { IndicatorValue } from "../../protocol/engine";
import { Refusal } from "../../protocol/rpc";
import { number } from "../labels";
import { payloadText } from "../payload";
import { command, type Command } from "./command";
import { captureOf, type CommandContext } from "./context";
import { askMessage, messageArgs } from "./message";

const { t } = vscode.l10n;
const TOLD_MS = 3_000;
const MOST_CHARACTERS = 10_000; // the engine tells no more of a value

/** What goes to the clipboard, and how the status bar tells it; never what it is. */
interface Copied {
  readonly text: string;
  readonly told: string;
}

export function copyCommands(context: CommandContext): Command[] {
  const copy = (id: string, read: (capture: string, seq: number) => Promise<Copied>): Command => {
    let told = "";
    return command({
      id,
      args: messageArgs,
      ask: (chosen) => askMessage(context, chosen),
      run: async (args) => {
        const copied = await read(captureOf(context, args.capture), args.seq);
        await vscode.env.clipboard.writeText(copied.text);
        told = copied.told;
        return {};
      },
      tell: () => void vscode.window.setStatusBarMessage(told, TOLD_MS),
    });
  };

  /** The attribute's, or that of the attribute sighted. */
  const valueOf = async (capture: string, seq: number): Promise<IndicatorValue> => {
    const { document, value } = await context.engine().openMessage({ capture, seq });
    await context.engine().closeMessage({ document });
    if (value) return value;
    throw new Refusal(`#${seq} has no value: it is neither an attribute nor the sighting of one. Copy the message.`);
  };
  const whole = (text: string, told: string): Copied =>
    text.length < MOST_CHARACTERS
      ? { text, told }
      : { text, told: t("{0}, its first {1} characters", told, number(MOST_CHARACTERS)) };

  return [
    copy("mispStream.copyMessage", async (capture, seq) => ({
      text: await payloadText(context.engine(), capture, seq),
      told: t("Message copied"),
    })),
    copy("mispStream.copyValue", async (capture, seq) => whole((await valueOf(capture, seq)).value, t("Value copied"))),
    copy("mispStream.copyDefanged", async (capture, seq) => {
      const { value, defanged } = await valueOf(capture, seq);
      return defanged === undefined
        ? whole(value, t("Value copied, in which nothing was to be defanged"))
        : whole(defanged, t("Value copied defanged"));
    }),
  ];
}
