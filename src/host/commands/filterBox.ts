import * as vscode from "vscode";
import type { Completion } from "../../core/filter/complete";
import { complete, fields } from "../../core/filter/filter";
import { faultIn } from "../filterFault";
import { plain } from "../labels";
import { offeredFilters, type SavedFilter } from "../savedFilters";
import type { CommandContext } from "./context";

const { t } = vscode.l10n;
const VALUES = 30; // what a list can still be looked through

type Row = vscode.QuickPickItem & { text?: string; apply?: true; fill?: string };

/**
 * A QuickPick whose first row applies what is typed or says, with its column, what is wrong with it; below it what may
 * come next, and the filters saved and used before. It begins with `initial`.
 */
export async function askFilter(
  context: CommandContext,
  recent: readonly string[],
  initial: string,
): Promise<string | undefined> {
  const pick = vscode.window.createQuickPick<Row>();
  pick.title = t("Filter messages");
  pick.placeholder = t("type:ip-dst AND to_ids:true, or any text; nothing shows all");
  pick.value = initial;
  const kept = [
    ...section(t("Saved"), context.settings.savedFilters.map(savedRow)),
    ...section(t("Offered"), offeredFilters(t).map(savedRow)),
    ...section(
      t("Recent"),
      recent.map((filter) => ({ label: plain(filter), text: filter })),
    ),
  ];
  let asked = 0;
  const draw = async (): Promise<void> => {
    const text = pick.value;
    const turn = ++asked;
    const completions = await completionsOf(context, text);
    if (turn !== asked) return;
    pick.items = [firstRow(text), ...offered(text, completions), ...kept, ...(text === "" ? fieldRows() : [])];
  };
  const text = await new Promise<string | undefined>((resolve) => {
    pick.onDidChangeValue(() => void draw());
    pick.onDidAccept(() => {
      const row = pick.activeItems[0];
      if (row?.fill !== undefined) {
        pick.value = row.fill;
        void draw();
      } else if (row?.text !== undefined) {
        resolve(row.text);
        pick.hide();
      } else if (row?.apply) {
        resolve(pick.value);
        pick.hide();
      }
    });
    pick.onDidHide(() => resolve(undefined));
    void draw();
    pick.show();
  });
  pick.dispose();
  return text;
}

/** A filter under its name. A broken one says in which column, and is not applied but brought into the box. */
export function savedRow({ name, filter }: SavedFilter): vscode.QuickPickItem & { text?: string; fill?: string } {
  const fault = faultIn(filter, Date.now());
  return fault
    ? {
        label: `$(error) ${plain(name)}`,
        description: plain(filter),
        detail: `${t("Column {0}", fault.column)}: ${plain(fault.message)}`,
        fill: filter,
      }
    : { label: plain(name), description: plain(filter), text: filter };
}

const completionsOf = async (context: CommandContext, text: string): Promise<readonly Completion[]> =>
  text === ""
    ? []
    : complete(text, text.length, (field, prefix) =>
        context.captures.all.length === 0
          ? Promise.resolve([])
          : context
              .engine()
              .values({ field, prefix, count: VALUES })
              .catch(() => []),
      );

/** What may stand next; help that is the same for all of them stands once, above. */
function offered(text: string, completions: readonly Completion[]): Row[] {
  const [first] = completions;
  const alike = first !== undefined && completions.every(({ detail }) => detail === first.detail);
  const rows = completions.map(({ label, detail, from, to, insert }) => ({
    label: plain(label),
    ...(alike ? {} : { description: plain(detail) }),
    fill: text.slice(0, from) + insert + text.slice(to),
    alwaysShow: true,
  }));
  return alike ? [{ label: plain(first.detail), kind: vscode.QuickPickItemKind.Separator }, ...rows] : rows;
}

function firstRow(text: string): Row {
  if (text.trim() === "") return { label: `$(clear-all) ${t("Show all messages")}`, apply: true, alwaysShow: true };
  const fault = faultIn(text, Date.now());
  return fault
    ? { label: `$(error) ${t("Column {0}", fault.column)}`, detail: plain(fault.message), alwaysShow: true }
    : { label: `$(filter) ${t("Filter: {0}", plain(text))}`, apply: true, alwaysShow: true };
}

const fieldRows = (): Row[] =>
  section(
    t("Fields"),
    fields.map(({ name, help, example }) => ({
      label: `${name}:`,
      description: `${help}, ${example}`,
      fill: `${name}:`,
    })),
  );

const section = (title: string, rows: readonly Row[]): Row[] =>
  rows.length === 0 ? [] : [{ label: title, kind: vscode.QuickPickItemKind.Separator }, ...rows];
