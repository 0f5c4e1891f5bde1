import * as vscode from "vscode";
import type { CallOptions } from "../../protocol/rpc";

const { t } = vscode.l10n;

/** Shows how far the engine's work is, and lets a person stop it. */
export function withProgress<T>(title: string, work: (options: CallOptions) => Promise<T>): Promise<T> {
  return Promise.resolve(
    vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      (progress, token) => {
        const cancel = new AbortController();
        token.onCancellationRequested(() => cancel.abort());
        let percent = 0;
        return work({
          signal: cancel.signal,
          onProgress: ({ done, total }) => {
            const now = total === 0 ? 100 : (done / total) * 100;
            progress.report({ message: t("{0} %", Math.floor(now)), increment: now - percent });
            percent = now;
          },
        });
      },
    ),
  );
}
