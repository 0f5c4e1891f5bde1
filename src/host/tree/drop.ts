import * as vscode from "vscode";
import type { Node } from "./nodes";

const URIS = "text/uri-list";

/** Opens the files and folders that are dropped on the tree, from the Explorer or from outside. */
export const dropController: vscode.TreeDragAndDropController<Node> = {
  dragMimeTypes: [],
  dropMimeTypes: [URIS, "files"],
  async handleDrop(_, data) {
    const list = (await data.get(URIS)?.asString()) ?? "";
    const uris = list.split(/\r?\n/).filter((line) => line !== "" && !line.startsWith("#"));
    for (const uri of uris) await vscode.commands.executeCommand("mispStream.open", vscode.Uri.parse(uri, true));
  },
};
