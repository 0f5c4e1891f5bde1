/** The page of a webview: what it may load, and how it is talked to. */
import * as vscode from "vscode";
import type { Port } from "../protocol/rpc";

/** It runs its own scripts and reads its own files, and nothing else. */
export const pageOptions = (extensionUri: vscode.Uri): vscode.WebviewOptions => ({
  enableScripts: true,
  enableCommandUris: false,
  enableForms: false,
  localResourceRoots: [vscode.Uri.joinPath(extensionUri, "dist")],
});

/** `bundle`: the name of its script and style sheet. */
export function pageHtml(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  { bundle, title }: { bundle: string; title: string } = { bundle: "webview", title: "MISP message" },
): string {
  const nonce = crypto.randomUUID();
  const file = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, "dist", name)).toString();
  const csp = `default-src 'none'; style-src ${webview.cspSource}; font-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${csp}">
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="${file(`${bundle}.css`)}">
<title>${title}</title>
</head>
<body><div id="pane" class="pane"></div><script nonce="${nonce}" src="${file(`${bundle}.js`)}"></script></body>
</html>`;
}

export const portOf = (webview: vscode.Webview): Port => ({
  post: (message) => void webview.postMessage(message),
  listen: (receive) => webview.onDidReceiveMessage(receive),
});
