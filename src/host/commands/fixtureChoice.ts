import * as path from "node:path";
import * as vscode from "vscode";
import { messages, plain } from "../labels";
import type { CommandContext } from "./context";

const { t } = vscode.l10n;

/** Fixtures of the workspace offered. */
const MOST_FILES = 50;

type Row = vscode.QuickPickItem & { path?: string };

/** The path of a fixture: one that is open, one of the workspace, or another; undefined: the person changed their mind. */
export async function askFixture(
  { captures }: CommandContext,
  title: string,
  placeHolder: string,
): Promise<string | undefined> {
  const open = captures.all.flatMap(({ file, messages: count }) => (file ? [{ path: file.path, count }] : []));
  const found = await vscode.workspace.findFiles("**/*.misp.jsonl", "**/node_modules/**", MOST_FILES);
  const files = found.map(({ fsPath }) => fsPath).filter((file) => open.every((each) => each.path !== file));
  const rowOf = (file: string, description: string): Row => ({
    label: plain(path.basename(file)),
    description: plain(description),
    iconPath: new vscode.ThemeIcon("file"),
    path: file,
  });
  const rows: Row[] = [
    ...open.map((each) => rowOf(each.path, messages(each.count))),
    ...files.map((file) => rowOf(file, vscode.workspace.asRelativePath(path.dirname(file)))),
    { label: t("Another file…"), iconPath: new vscode.ThemeIcon("folder-opened") },
  ];
  const chosen = rows.length === 1 ? rows[0] : await vscode.window.showQuickPick(rows, { title, placeHolder });
  if (!chosen || chosen.path !== undefined) return chosen?.path;
  const filters = { [t("MISP messages")]: ["jsonl", "json", "log"], [t("All files")]: ["*"] };
  const [uri] = (await vscode.window.showOpenDialog({ title, filters })) ?? [];
  return uri?.fsPath;
}
