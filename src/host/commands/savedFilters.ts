import * as vscode from "vscode";
import { plain } from "../labels";
import { offeredFilters, type SavedFilter } from "../savedFilters";
import type { CommandContext } from "./context";
import { savedRow } from "./filterBox";

const { t } = vscode.l10n;

type Row = vscode.QuickPickItem & { saved?: SavedFilter };

/** A person's own filters, each with a button that deletes it, then those offered to everyone. */
export async function pickSaved({ settings, filter }: CommandContext): Promise<SavedFilter | "save" | undefined> {
  const pick = vscode.window.createQuickPick<Row>();
  const remove = { iconPath: new vscode.ThemeIcon("trash"), tooltip: t("Delete") };
  const save = { iconPath: new vscode.ThemeIcon("save"), tooltip: t("Save the filter in force") };
  pick.title = t("Saved filters");
  pick.placeholder = t("Choose a filter");
  pick.matchOnDescription = true;
  pick.buttons = filter.text === "" ? [] : [save];
  const draw = (): void => {
    const own = settings.savedFilters.map((saved) => ({ ...savedRow(saved), saved, buttons: [remove] }));
    pick.items = [
      ...own,
      { label: t("Offered"), kind: vscode.QuickPickItemKind.Separator },
      ...offeredFilters(t).map((saved) => ({ ...savedRow(saved), saved })),
    ];
  };
  const chosen = await new Promise<SavedFilter | "save" | undefined>((resolve) => {
    pick.onDidTriggerButton(() => {
      resolve("save");
      pick.hide();
    });
    pick.onDidTriggerItemButton(({ item }) => {
      if (item.saved) void settings.deleteFilter(item.saved.name).then(draw);
    });
    pick.onDidAccept(() => {
      resolve(pick.activeItems[0]?.saved);
      pick.hide();
    });
    pick.onDidHide(() => resolve(undefined));
    draw();
    pick.show();
  });
  pick.dispose();
  return chosen;
}

/** The name to keep a filter under; one that is taken is said to be replaced. */
export const askName = ({ settings }: CommandContext, text: string): Thenable<string | undefined> =>
  vscode.window.showInputBox({
    title: t("Save filter"),
    prompt: plain(text),
    placeHolder: t("Name"),
    validateInput: (name) => {
      if (name.trim() === "") return t("A name");
      return settings.savedFilters.some((saved) => saved.name === name.trim())
        ? {
            message: t("Replaces the filter of this name"),
            severity: vscode.InputBoxValidationSeverity.Info,
          }
        : undefined;
    },
  });
