import * as path from "node:path";
import * as vscode from "vscode";
import { Refusal } from "../../protocol/rpc";

const MOST_TRIES = 100;

/** The path without `.` and `..`; refused where it is not absolute. */
export function absolute(file: string): string {
  if (path.isAbsolute(file)) return path.resolve(file);
  throw new Refusal(`The path "${file.slice(0, 256)}" is not absolute. Give the whole path of the file.`);
}

/** Text that was written for a person. */
export interface WrittenText {
  readonly text: string;
  /** VS Code's name of it. */
  readonly language: string;
}

/** Writes it to a file, with the folders that lead there. Refused where it cannot be, or must not take the place of one. */
export async function writeFile(file: string, { text }: WrittenText, mayReplace: boolean): Promise<void> {
  const uri = vscode.Uri.file(file);
  if (!mayReplace && (await isThere(uri)))
    throw new Refusal(`There is a file ${file} already. Choose another path, or delete it first.`);
  try {
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  } catch (error) {
    throw new Refusal(`${file} could not be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Shows it as a document that is not saved yet; saved it takes the name `file`, or that with a number where it is taken. */
export async function showUnsaved(file: string, { text, language }: WrittenText): Promise<void> {
  const document = await vscode.workspace.openTextDocument(await freeName(file));
  const insertion = new vscode.WorkspaceEdit();
  insertion.insert(document.uri, new vscode.Position(0, 0), text);
  await vscode.workspace.applyEdit(insertion);
  await vscode.window.showTextDocument(await vscode.languages.setTextDocumentLanguage(document, language));
}

async function freeName(file: string): Promise<vscode.Uri> {
  const { dir, name, ext } = path.parse(file);
  for (let number = 1; number < MOST_TRIES; number++) {
    const wanted = number === 1 ? file : path.join(dir, `${name}_${number}${ext}`);
    const uri = vscode.Uri.file(wanted);
    const unsaved = uri.with({ scheme: "untitled" });
    const isOpen = vscode.workspace.textDocuments.some((open) => open.uri.toString() === unsaved.toString());
    if (!isOpen && !(await isThere(uri))) return unsaved;
  }
  throw new Refusal(`There are ${MOST_TRIES} files named like ${file} already. Delete some first.`);
}

const isThere = (uri: vscode.Uri): Promise<boolean> =>
  Promise.resolve(vscode.workspace.fs.stat(uri)).then(
    () => true,
    () => false,
  );
