import * as vscode from "vscode";
import * as v from "valibot";
import { Refusal } from "../../protocol/rpc";
import type { MessageRef } from "../detail";
import { payloadText } from "../payload";
import { isNode, type MessageNode } from "../tree/nodes";
import { command, type Chosen, type Command } from "./command";
import { captureOf, type CommandContext } from "./context";

const { t } = vscode.l10n;
const messageArgs = v.object({
  capture: v.optional(v.string()),
  seq: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** The list it was chosen from, for next and previous; absent: all messages. */
  topic: v.optional(v.string()),
});

const refOf = (node: MessageNode): MessageRef => ({
  capture: node.capture,
  seq: node.row.seq,
  ...(node.parent.topic === undefined ? {} : { topic: node.parent.topic }),
});

export function messageCommands(context: CommandContext): Command[] {
  const { captures, detail, documents, engine } = context;

  /** The chosen row, the selected one, the one in the pane, or one a person names. */
  const ask = async ({ node }: Chosen): Promise<MessageRef | undefined> => {
    const selected = node ?? context.tree.selection[0];
    if (selected?.kind === "message") return refOf(selected);
    if (detail.message) return detail.message;
    const capture = captures.get(captureOf(context));
    if (!capture?.lastSeq) throw new Refusal("There is no message yet.");
    const typed = await vscode.window.showInputBox({
      title: t("Show message"),
      prompt: t("Number of the message, {0} to {1}", capture.firstSeq, capture.lastSeq),
      value: String(capture.lastSeq),
      validateInput: (text) => (/^[1-9]\d{0,14}$/.test(text) ? undefined : t("A whole number from 1")),
    });
    return typed === undefined ? undefined : { capture: capture.id, seq: Number(typed) };
  };

  return [
    command({
      id: "mispStream.showMessage",
      args: messageArgs,
      ask,
      run: async (args) => {
        const capture = captureOf(context, args.capture);
        await detail.show({ capture, seq: args.seq, topic: args.topic }, false);
        return {};
      },
    }),
    command({
      id: "mispStream.openAsDocument",
      args: messageArgs,
      ask,
      run: async (args) => {
        await documents.show(captureOf(context, args.capture), args.seq);
        return {};
      },
    }),
    command({
      id: "mispStream.revealInTree",
      args: v.custom<MessageNode>((value) => isNode(value) && value.kind === "message"),
      ask: async ({ node }) => (node?.kind === "message" ? node : undefined),
      run: async (node) => {
        await context.tree.reveal(node);
        return {};
      },
    }),
    command({
      id: "mispStream.copyMessage",
      args: messageArgs,
      ask,
      run: async (args) => {
        const capture = captureOf(context, args.capture);
        await vscode.env.clipboard.writeText(await payloadText(engine(), capture, args.seq));
        return {};
      },
      tell: () => void vscode.window.setStatusBarMessage(t("Message copied"), 2_000),
    }),
  ];
}
