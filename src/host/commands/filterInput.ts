import * as vscode from "vscode";
import type { Completion } from "../../core/filter/complete";
import { complete, fields, parseFilter } from "../../core/filter/filter";
import { plain } from "../labels";
import type { CommandContext } from "./context";

const { t } = vscode.l10n;
const VALUES = 30; // what a list can still be looked through

type Row = vscode.QuickPickItem & { text?: string; apply?: true; fill?: string };

/**
 * A QuickPick whose first row applies what is typed or says, with its column, what is wrong with it; below it what may
 * come next, and the filters used before.
 */
export async function askFilter(context: CommandContext, recent: readonly string[]): Promise<string | undefined> {
  const pick = vscode.window.createQuickPick<Row>();
  pick.title = t("Filter messages");
  pick.placeholder = t("type:ip-dst AND to_ids:true, or any text; nothing shows all");
  pick.value = context.filter.text;
  const saved = context.settings.savedFilters;
  let asked = 0;
  const draw = async (): Promise<void> => {
    const text = pick.value;
    const turn = ++asked;
    const completions =
      text === ""
        ? []
        : await complete(text, text.length, (field, prefix) =>
            context.captures.all.length === 0
              ? Promise.resolve([])
              : context
                  .engine()
                  .values({ field, prefix, count: VALUES })
                  .catch(() => []),
          );
    if (turn !== asked) return;
    pick.items = [
      firstRow(text),
      ...offered(text, completions),
      ...earlier(
        t("Saved"),
        saved.map(({ name, filter }) => ({ label: plain(name), description: plain(filter), text: filter })),
      ),
      ...earlier(
        t("Recent"),
        recent.map((filter) => ({ label: plain(filter), text: filter })),
      ),
      ...(text === ""
        ? earlier(
            t("Fields"),
            fields.map(({ name, help, example }) => ({
              label: `${name}:`,
              description: `${help}, ${example}`,
              fill: `${name}:`,
            })),
          )
        : []),
    ];
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
  const parsed = parseFilter(text, Date.now());
  return "column" in parsed
    ? { label: `$(error) ${t("Column {0}", parsed.column + 1)}`, detail: plain(parsed.message), alwaysShow: true }
    : { label: `$(filter) ${t("Filter: {0}", plain(text))}`, apply: true, alwaysShow: true };
}

const earlier = (title: string, rows: readonly Row[]): Row[] =>
  rows.length === 0 ? [] : [{ label: title, kind: vscode.QuickPickItemKind.Separator }, ...rows];
