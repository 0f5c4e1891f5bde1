import * as path from "node:path";
import * as vscode from "vscode";
import * as v from "valibot";
import { Refusal } from "../../protocol/rpc";
import { command, type Command } from "./command";
import type { CommandContext } from "./context";
import { withProgress } from "./progress";

const { t } = vscode.l10n;

export function openCommands(context: CommandContext): Command[] {
  const { captures, tree } = context;
  const open = (id: string): Command =>
    command({
      id,
      args: v.object({ path: v.string() }),
      ask: async ({ uris }) => {
        const [uri = await askFile()] = uris;
        return uri && { path: uri.fsPath };
      },
      run: async ({ path: file }, byPerson) => {
        if (!path.isAbsolute(file))
          throw new Refusal(`The path "${file.slice(0, 256)}" is not absolute. Give the whole path of the file.`);
        const whole = path.resolve(file);
        const opened = await (byPerson
          ? withProgress(t("Reading {0}", path.basename(whole)), (options) => captures.openFile(whole, options))
          : captures.openFile(whole));
        if (byPerson) await tree.revealCapture(opened.capture);
        return opened;
      },
    });
  // The same on a file or folder of the Explorer, in words that tell there what it is.
  return [open("mispStream.open"), open("mispStream.openResource")];
}

/** A dialog of most systems shows files or folders, not both. */
async function askFile(): Promise<vscode.Uri | undefined> {
  const rows = [
    { label: t("File…"), icon: "file", folder: false, description: "jsonl, json, log" },
    { label: t("Folder…"), icon: "folder", folder: true, description: "frames, payloads" },
  ].map((row) => ({ ...row, iconPath: new vscode.ThemeIcon(row.icon) }));
  const chosen = await vscode.window.showQuickPick(rows, { title: t("Open a fixture") });
  if (!chosen) return undefined;
  const uris = await vscode.window.showOpenDialog({
    title: t("Open a fixture"),
    canSelectFiles: !chosen.folder,
    canSelectFolders: chosen.folder,
    ...(chosen.folder ? {} : { filters: { [t("MISP messages")]: ["jsonl", "json", "log"], [t("All files")]: ["*"] } }),
  });
  return uris?.[0];
}
