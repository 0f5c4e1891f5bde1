import { readFile } from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";
import type { ReplayContext } from "./replays";
import { TASK_ENDPOINT, TASK_TYPE } from "./taskDefinition";
import { TaskProblems } from "./taskProblems";
import { TaskRun, type Place, type Problem, type TaskContext } from "./taskRun";

const { t } = vscode.l10n;
/** Fixtures of the workspace offered as tasks. */
const MOST_FILES = 20;
const MATCHER = "$misp-stream";
const INTERRUPT = "\u0003";

type Context = ReplayContext & Pick<TaskContext, "ready" | "log">;
type WithProblems = Context & { readonly problems: TaskProblems };

/** Replay and simulator as tasks: those of `tasks.json`, and one for each fixture of the workspace. */
export function registerTasks(given: Context): vscode.Disposable {
  const problems = new TaskProblems();
  const context = { ...given, problems };
  const provider = vscode.tasks.registerTaskProvider(TASK_TYPE, {
    provideTasks: () => offeredTasks(context),
    resolveTask: ({ definition, name, scope }) => taskOf(context, definition, name, scope),
  });
  return vscode.Disposable.from(provider, problems);
}

async function offeredTasks(context: WithProblems): Promise<vscode.Task[]> {
  const files = await vscode.workspace.findFiles("**/*.misp.jsonl", "**/node_modules/**", MOST_FILES);
  const replays = files.flatMap((file) => {
    const folder = vscode.workspace.getWorkspaceFolder(file);
    if (!folder) return [];
    const relative = path.relative(folder.uri.fsPath, file.fsPath).replaceAll(path.sep, "/");
    const definition = { type: TASK_TYPE, replay: relative, endpoint: TASK_ENDPOINT };
    return [taskOf(context, definition, t("replay {0}", relative), folder)];
  });
  const definition = { type: TASK_TYPE, simulate: true, endpoint: TASK_ENDPOINT };
  return [...replays, taskOf(context, definition, t("simulate"), vscode.TaskScope.Workspace)];
}

function taskOf(
  context: WithProblems,
  definition: vscode.TaskDefinition,
  name: string,
  scope: vscode.Task["scope"],
): vscode.Task {
  const key = JSON.stringify([name, definition]);
  const folder = typeof scope === "object" ? scope.uri : vscode.workspace.workspaceFolders?.[0]?.uri;
  // What it is given then has every variable resolved.
  const execution = new vscode.CustomExecution((resolved) =>
    Promise.resolve(
      new TaskTerminal(
        resolved,
        { ...context, folder: folder?.fsPath, written: () => placeOf(name, folder) },
        {
          clear: () => context.problems.clear(key),
          add: (problem) => context.problems.add(key, problem),
        },
      ),
    ),
  );
  const task = new vscode.Task(
    definition,
    scope ?? vscode.TaskScope.Workspace,
    name,
    "MISP Stream",
    execution,
    MATCHER,
  );
  task.isBackground = true;
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Silent, panel: vscode.TaskPanelKind.Dedicated };
  return task;
}

/** The line of `tasks.json` that names it. */
async function placeOf(name: string, folder: vscode.Uri | undefined): Promise<Place | undefined> {
  if (!folder) return undefined;
  const file = path.join(folder.fsPath, ".vscode", "tasks.json");
  const lines = (await readFile(file, "utf8").catch(() => "")).split("\n");
  const line = 1 + lines.findIndex((text) => text.includes(JSON.stringify(name)));
  return line === 0 ? undefined : { file, line };
}

/** The terminal of a task; closing it, or Ctrl+C, stops what it publishes. */
class TaskTerminal implements vscode.Pseudoterminal {
  readonly #written = new vscode.EventEmitter<string>();
  readonly #closed = new vscode.EventEmitter<number>();
  readonly onDidWrite = this.#written.event;
  readonly onDidClose = this.#closed.event;
  readonly #run: TaskRun;

  constructor(
    private readonly definition: vscode.TaskDefinition,
    context: TaskContext,
    private readonly problems: { clear(): void; add(problem: Problem): void },
  ) {
    this.#run = new TaskRun(context, {
      write: (line) => this.#written.fire(`${line}\r\n`),
      complain: (problem) => problems.add(problem),
      end: (exitCode) => this.#closed.fire(exitCode),
    });
  }

  open(): void {
    this.problems.clear();
    void this.#run.start(this.definition);
  }

  close(): void {
    void this.#run.stop();
  }

  handleInput(data: string): void {
    if (data === INTERRUPT) void this.#run.stop();
  }
}
