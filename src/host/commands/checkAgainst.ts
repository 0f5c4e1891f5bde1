import * as path from "node:path";
import * as vscode from "vscode";
import * as v from "valibot";
import type { ShapeComparison } from "../../protocol/shapes";
import { plain } from "../labels";
import { shapeReport, verdictText } from "../shapes";
import { command, type Command } from "./command";
import { captureOf, type CommandContext } from "./context";
import { withProgress } from "./progress";
import { askFixture } from "./fixtureChoice";
import { absolute } from "./writtenFile";

const { t } = vscode.l10n;

interface Checked extends ShapeComparison {
  /** No message differs; topics and actions that only one of the two has do not count. */
  readonly ok: boolean;
}

/** Answers "does today's feed still have the shapes of this file?". */
export const checkCommands = (context: CommandContext): Command[] => [
  command({
    id: "mispStream.checkAgainst",
    args: v.object({ capture: v.optional(v.string()), path: v.string() }),
    ask: async (chosen) => {
      const capture = captureOf(context, undefined, chosen);
      const name = plain(context.captures.get(capture)?.origin.name ?? "");
      const title = t("Check {0} against a fixture", name);
      const file = await askFixture(context, title, t("Whose shapes should the messages still have?"));
      return file === undefined ? undefined : { capture, path: file };
    },
    run: async ({ capture: named, path: file }, byPerson): Promise<Checked> => {
      const capture = captureOf(context, named);
      const opened = await context.captures.openFile(absolute(file));
      const order = { capture, fixture: opened.capture };
      const comparison = await (byPerson
        ? withProgress(t("Checking"), (options) => context.engine().compareShapes(order, options))
        : context.engine().compareShapes(order));
      return { ok: comparison.differences.length + comparison.beyond === 0, ...comparison };
    },
    tell: (args, checked) => void show(context, args, checked),
  }),
];

async function show(
  { captures, documents, settings, now }: CommandContext,
  { capture = "", path: file }: { capture?: string | undefined; path: string },
  checked: Checked,
): Promise<void> {
  const names = { capture: captures.get(capture)?.origin.name ?? "", fixture: path.basename(file) };
  const title = t("{0} against {1}", plain(names.capture), plain(names.fixture));
  await documents.showReport(title, shapeReport(names, checked, { now: now(), time: settings.time }, t));
  if (checked.ok) void vscode.window.showInformationMessage(verdictText(checked, t));
  else void vscode.window.showWarningMessage(verdictText(checked, t));
}
