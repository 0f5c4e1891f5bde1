import * as vscode from "vscode";
import type { Problem } from "./taskRun";

/**
 * What tasks complained of, in the Problems view until the same task starts again: what a problem matcher finds in a
 * background task goes with the end of that task, so that one that failed would leave nothing.
 */
export class TaskProblems implements vscode.Disposable {
  readonly #shown = vscode.languages.createDiagnosticCollection("MISP Stream");
  readonly #byTask = new Map<string, Problem[]>();

  /** `task`: any name that is the same for each run of it. */
  add(task: string, problem: Problem): void {
    this.#byTask.set(task, [...(this.#byTask.get(task) ?? []), problem]);
    this.#show(problem.file);
  }

  clear(task: string): void {
    const problems = this.#byTask.get(task) ?? [];
    this.#byTask.delete(task);
    for (const file of new Set(problems.map((each) => each.file))) this.#show(file);
  }

  dispose(): void {
    this.#shown.dispose();
  }

  #show(file: string): void {
    const problems = [...this.#byTask.values()].flat().filter((each) => each.file === file);
    this.#shown.set(vscode.Uri.file(file), problems.map(diagnosticOf));
  }
}

function diagnosticOf({ line, severity, message }: Problem): vscode.Diagnostic {
  const wholeLine = new vscode.Range(line - 1, 0, line - 1, Number.MAX_SAFE_INTEGER);
  const { Error, Warning } = vscode.DiagnosticSeverity;
  const diagnostic = new vscode.Diagnostic(wholeLine, message, severity === "error" ? Error : Warning);
  diagnostic.source = "MISP Stream";
  return diagnostic;
}
