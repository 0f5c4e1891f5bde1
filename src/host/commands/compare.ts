import * as vscode from "vscode";
import * as v from "valibot";
import { Refusal } from "../../protocol/rpc";
import { comparisonOf, nothingBefore } from "../compare";
import { allDrifts, driftReport } from "../drifts";
import { plain } from "../labels";
import { command, type Chosen, type Command } from "./command";
import { captureCommand, captureOf, type CommandContext } from "./context";
import { askMessage } from "./message";

const { t } = vscode.l10n;
const seq = v.pipe(v.number(), v.integer(), v.minValue(1));
const compareArgs = v.object({
  capture: v.optional(v.string()),
  seq,
  /** Default: the message before it of the same thing. */
  with: v.optional(seq),
  /** Tells what is sensitive too. */
  reveal: v.optional(v.boolean(), false),
});

export function compareCommands(context: CommandContext): Command[] {
  const { documents, engine } = context;

  const ask = async (chosen: Chosen): Promise<v.InferInput<typeof compareArgs> | undefined> =>
    comparisonOf(chosen.node ? chosen.nodes : context.tree.selection) ?? (await askMessage(context, chosen));

  const run = async ({ capture: named, seq, with: other, reveal }: v.InferOutput<typeof compareArgs>) => {
    const capture = captureOf(context, named);
    const before = other ?? (await engine().predecessor({ capture, seq })).seq;
    if (before === undefined) throw nothingBefore(seq);
    if (before === seq) throw new Refusal(`#${seq} cannot be compared with itself. Name another message in "with".`);
    await documents.compare(capture, [before, seq], reveal);
    return {};
  };

  return [
    command({ id: "mispStream.compare", args: compareArgs, ask, run }),
    command({ id: "mispStream.compareSelected", args: compareArgs, ask, run }),
    captureCommand(context, "mispStream.showDrifts", async (id) => {
      const drifts = await allDrifts(engine(), id);
      const name = context.captures.get(id)?.origin.name ?? "";
      const when = { now: Date.now(), time: context.settings.time };
      await documents.showReport(t("Drifts of {0}", plain(name)), driftReport(name, drifts, when, t));
      return drifts;
    }),
  ];
}
