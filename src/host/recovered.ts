import * as vscode from "vscode";
import { sizeText } from "../core/quantity";
import type { CaptureView } from "./capture";
import { messages, plain } from "./labels";
import type { TreeModel } from "./tree/model";
import type { CapturesTree } from "./tree/view";

const { t } = vscode.l10n;

/** Offers a capture that a crash, or a window that is gone, has left behind. Only a person's choice does anything. */
export async function offerRecovered(
  capture: CaptureView,
  { tree, model }: { tree: CapturesTree; model: TreeModel },
): Promise<void> {
  const open = t("Open");
  const acts = new Map<string, () => Thenable<unknown>>([
    [
      open,
      async () => {
        await vscode.commands.executeCommand("mispStream.captures.focus");
        await tree.revealCapture(capture.id);
      },
    ],
    [t("Export"), () => vscode.commands.executeCommand("mispStream.export", model.captureNode(capture.id))],
    [t("Delete"), () => vscode.commands.executeCommand("mispStream.clear", model.captureNode(capture.id))],
  ]);
  const chosen = await vscode.window.showInformationMessage(sentence(capture), ...acts.keys());
  if (chosen !== undefined) await acts.get(chosen)?.();
}

function sentence({ origin, messages: kept, recovered }: CaptureView): string {
  const from = plain(origin.endpoint ?? origin.name);
  if (!recovered) return t("Found {0} from {1} that no window had open.", messages(kept), from);
  const { torn, cutBytes } = recovered;
  const whole = t("Recovered {0} from {1}.", messages(recovered.messages), from);
  if (cutBytes === 0) return whole;
  const cut = torn === 0 ? t("{0} at their end were torn and cut.", sizeText(cutBytes)) : undefined;
  return `${whole} ${cut ?? t("{0} at their end were torn and cut.", messages(torn))}`;
}
