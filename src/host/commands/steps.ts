import * as vscode from "vscode";

/** Undefined: the person changed their mind. */
export type Answer<T> = T | "back" | undefined;

/** Asks one thing after another; Back returns to the one before. False where the person changed their mind. */
export async function inSteps(steps: readonly (() => Promise<Answer<object>>)[]): Promise<boolean> {
  for (let at = 0; at < steps.length;) {
    const answer = await steps[at]?.();
    if (answer === undefined) return false;
    at = Math.max(0, answer === "back" ? at - 1 : at + 1);
  }
  return true;
}

export interface Question<T extends vscode.QuickPickItem> {
  readonly title: string;
  readonly placeholder: string;
  /** From 1. */
  readonly step: number;
  readonly steps: number;
  readonly items: readonly T[];
  /** Any number of them, these to start with. */
  readonly picked?: readonly T[];
  /** Items that are told and cannot be chosen answer false. */
  readonly canChoose?: (item: T) => boolean;
}

/** What was chosen; an empty list only where any number may be. */
export async function pickInStep<T extends vscode.QuickPickItem>(question: Question<T>): Promise<Answer<readonly T[]>> {
  const { items, picked, canChoose = () => true } = question;
  const pick = vscode.window.createQuickPick<T>();
  pick.title = question.title;
  pick.placeholder = question.placeholder;
  pick.step = question.step;
  pick.totalSteps = question.steps;
  pick.ignoreFocusOut = true;
  pick.matchOnDescription = true;
  pick.canSelectMany = picked !== undefined;
  pick.items = items;
  if (picked) pick.selectedItems = picked;
  if (question.step > 1) pick.buttons = [vscode.QuickInputButtons.Back];
  try {
    return await new Promise<Answer<readonly T[]>>((resolve) => {
      pick.onDidTriggerButton(() => resolve("back"));
      pick.onDidAccept(() => {
        const chosen = picked ? pick.selectedItems : pick.selectedItems.filter(canChoose);
        if (picked || chosen.length > 0) resolve(chosen);
      });
      pick.onDidHide(() => resolve(undefined));
      pick.show();
    });
  } finally {
    pick.dispose();
  }
}
