import * as vscode from "vscode";
import * as v from "valibot";
import { Refusal } from "../../protocol/rpc";
import type { MessageRef } from "../detail";
import { isNode, scopeOf, type MessageNode } from "../tree/nodes";
import { command, type Chosen, type Command } from "./command";
import { captureOf, type CommandContext } from "./context";

const { t } = vscode.l10n;
export const messageArgs = v.object({
  capture: v.optional(v.string()),
  seq: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** The list it was chosen from, for next and previous; absent: all messages. */
  topic: v.optional(v.string()),
  event: v.optional(v.string()),
});

const refOf = (node: MessageNode): MessageRef => ({
  ...scopeOf(node.parent),
  seq: node.row.seq,
});

/** The chosen row, the selected one, the one in the pane, or one a person names. */
export async function askMessage(context: CommandContext, { node }: Chosen): Promise<MessageRef | undefined> {
  const { captures, detail } = context;
  const selected = node ?? context.tree.selection[0];
  if (selected?.kind === "message") return refOf(selected);
  if (detail.message) return detail.message;
  const capture = captures.get(captureOf(context));
  if (!capture?.lastSeq) throw new Refusal("There is no message yet.");
  const typed = await vscode.window.showInputBox({
    title: t("Choose a message"),
    prompt: t("Number of the message, {0} to {1}", capture.firstSeq, capture.lastSeq),
    value: String(capture.lastSeq),
    validateInput: (text) => (/^[1-9]\d{0,14}$/.test(text) ? undefined : t("A whole number from 1")),
  });
  return typed === undefined ? undefined : { capture: capture.id, seq: Number(typed) };
}

export function messageCommands(context: CommandContext): Command[] {
  const { detail, documents } = context;
  const ask = (chosen: Chosen): Promise<MessageRef | undefined> => askMessage(context, chosen);

  return [
    command({
      id: "mispStream.showMessage",
      args: messageArgs,
      ask,
      run: async (args) => {
        const capture = captureOf(context, args.capture);
        await detail.show({ ...args, capture }, false);
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
  ];
}
