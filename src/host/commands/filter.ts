import * as vscode from "vscode";
import * as v from "valibot";
import { Refusal } from "../../protocol/rpc";
import { messages, number, plain } from "../labels";
import { offeredFilters } from "../savedFilters";
import { command, type Command } from "./command";
import { captureOf, Recent, type CommandContext } from "./context";

const { t } = vscode.l10n;
/** Loaded when it is needed. */
const input = () => import("./filterInput");

interface Figures {
  matches: number;
  total: number;
}

export function filterCommands(context: CommandContext): Command[] {
  const { filter, captures, settings } = context;
  const recent = new Recent(context.recent, "filters");

  const apply = async (text: string, capture?: string): Promise<Figures> => {
    const result = await vscode.window.withProgress({ location: { viewId: "mispStream.captures" } }, () =>
      filter.set(text, capture),
    );
    captures.touch();
    return result;
  };
  const tell = (text: string, { matches, total }: Figures): void =>
    void vscode.window.setStatusBarMessage(
      text.trim() ? t("{0} of {1} match", number(matches), messages(total)) : t("No filter"),
      4_000,
    );
  const filterMessages = command({
    id: "mispStream.filter",
    args: v.object({ text: v.string(), capture: v.optional(v.string()) }),
    ask: async () => {
      const { askFilter } = await input();
      const text = await askFilter(context, recent.all, filter.text);
      return text === undefined ? undefined : { text };
    },
    run: async ({ text, capture }, byPerson) => {
      const result = await apply(text, capture === undefined ? undefined : captureOf(context, capture));
      if (byPerson && text.trim()) await recent.add(text.trim());
      return result;
    },
    tell: ({ text }, result) => tell(text, result),
  });

  return [
    filterMessages,
    command({
      id: "mispStream.clearFilter",
      args: v.object({}),
      run: async () => {
        await apply("");
        return {};
      },
    }),
    command({
      id: "mispStream.savedFilters",
      args: v.object({ name: v.string() }),
      ask: async () => {
        const { askFilter, faultIn, pickSaved } = await input();
        const chosen = await pickSaved(context);
        if (chosen === "save") {
          await vscode.commands.executeCommand("mispStream.saveFilter");
          return undefined;
        }
        if (!chosen || !faultIn(chosen.filter, Date.now())) return chosen;
        // It is mended where a filter is written.
        const mended = await askFilter(context, recent.all, chosen.filter);
        if (mended !== undefined) tell(mended, await apply(mended));
        return undefined;
      },
      run: async ({ name }) => {
        const known = [...settings.savedFilters, ...offeredFilters(t)].find((saved) => saved.name === name);
        if (known) return apply(known.filter);
        throw new Refusal(
          `There is no saved filter "${name.slice(0, 64)}". Save one, or look in mispStream.savedFilters.`,
        );
      },
      tell: (_, result) => tell(filter.text, result),
    }),
    command({
      id: "mispStream.saveFilter",
      args: v.object({
        name: v.pipe(v.string(), v.trim(), v.nonEmpty()),
        /** Default: the one in force. */
        filter: v.optional(v.string()),
      }),
      ask: async () => {
        const { askName } = await input();
        const name = await askName(context, inForce(context));
        return name === undefined ? undefined : { name };
      },
      run: async ({ name, filter: given }) => {
        const text = given ?? inForce(context);
        const fault = (await input()).faultIn(text, Date.now());
        if (fault) throw new Refusal(`Column ${fault.column}: ${fault.message}`, fault.column - 1);
        await settings.saveFilter({ name, filter: text });
        return {};
      },
      tell: ({ name }) => void vscode.window.setStatusBarMessage(t("Filter saved as {0}", plain(name)), 4_000),
    }),
  ];
}

function inForce({ filter }: CommandContext): string {
  if (filter.text === "") throw new Refusal("There is no filter in force. Filter the messages, then save that.");
  return filter.text;
}
