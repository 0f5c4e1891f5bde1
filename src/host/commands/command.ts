import * as vscode from "vscode";
import * as v from "valibot";
import { describeIssues } from "../../protocol/issues";
import { Refusal } from "../../protocol/rpc";
import type { Log } from "../log";
import { isNode, type Node } from "../tree/nodes";

/** The tree row a command was run on, and all rows selected with it. */
export interface Chosen {
  readonly node?: Node | undefined;
  readonly nodes: readonly Node[];
  /** The files and folders it was run on, in the Explorer or on an editor's tab. */
  readonly uris: readonly vscode.Uri[];
}

/**
 * One command: with its argument object it works without a dialog and returns a plain result; from palette, menu or
 * tree it asks a person for the argument first, and tells what came of it.
 */
export interface Command {
  readonly id: string;
  readonly invoke: (argument: unknown, chosen: Chosen) => Promise<unknown>;
}

export function command<S extends v.GenericSchema, R extends object>(definition: {
  id: string;
  args: S;
  /** What a person wants; undefined: they changed their mind. Without it the empty argument is meant. */
  ask?: (chosen: Chosen) => Promise<v.InferInput<S> | undefined>;
  run: (args: v.InferOutput<S>, byPerson: boolean) => Promise<R>;
  /** After a person ran it. */
  tell?: (args: v.InferOutput<S>, result: R) => void;
}): Command {
  const { id, args, ask, run, tell } = definition;
  const parse = (argument: unknown): v.InferOutput<S> => {
    const parsed = v.safeParse(args, argument);
    if (parsed.success) return parsed.output;
    throw new Refusal(`${id} cannot use its argument: ${describeIssues(parsed.issues)}`);
  };
  return {
    id,
    invoke: async (argument, chosen) => {
      if (argument !== undefined) return run(parse(argument), false);
      const answered: unknown = ask ? await ask(chosen) : {};
      if (answered === undefined) return undefined;
      const asked = parse(answered);
      const result = await run(asked, true);
      tell?.(asked, result);
      return result;
    },
  };
}

/** Registers the table; here every error meets its person, and every bug the log. */
export function register(commands: readonly Command[], log: Log): vscode.Disposable {
  return vscode.Disposable.from(
    ...commands.map(({ id, invoke }) =>
      vscode.commands.registerCommand(id, async (argument?: unknown, others?: unknown) => {
        const uri = argument instanceof vscode.Uri ? argument : undefined;
        const byPerson = argument === undefined || isNode(argument) || uri !== undefined;
        const node = isNode(argument) ? argument : undefined;
        const nodes = Array.isArray(others) ? others.filter(isNode) : node ? [node] : [];
        try {
          return await invoke(byPerson ? undefined : argument, { node, nodes, uris: uri ? [uri] : [] });
        } catch (error) {
          const bug = !(error instanceof Refusal);
          if (bug) log.error(error instanceof Error ? error : String(error));
          if (!byPerson) throw error;
          await show(error, bug);
          return undefined;
        }
      }),
    ),
  );
}

async function show(error: unknown, bug: boolean): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  const showLog = vscode.l10n.t("Show Log");
  const chosen = await vscode.window.showErrorMessage(message, ...(bug ? [showLog] : []));
  if (chosen === showLog) await vscode.commands.executeCommand("mispStream.showLog");
}
