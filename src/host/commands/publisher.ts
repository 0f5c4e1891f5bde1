import * as vscode from "vscode";
import * as v from "valibot";
import { simulatedTopics } from "../../core/simulate/topics";
import { topicOf } from "../../core/topics";
import { messages } from "../labels";
import type { Running } from "../publishers";
import { ANY_PORT } from "../replays";
import { publisherItem } from "../tree/publisherItem";
import { command, type Command } from "./command";
import type { CommandContext } from "./context";

const { t } = vscode.l10n;
const RATES = [1, 10, 100, 1_000];

const simulatorArgs = v.object({
  endpoint: v.optional(v.string(), ANY_PORT),
  rate: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0)), 5),
  seed: v.optional(v.pipe(v.number(), v.integer()), 1),
  topics: v.optional(v.array(v.string()), []),
});

export function publisherCommands(context: CommandContext): Command[] {
  const { publishers, captures } = context;

  const stop = async ({ publisher }: Running, byPerson: boolean): Promise<number> => {
    const fed = captures.all.find(({ origin }) => origin.endpoint === publisher.endpoint);
    // It would try for ever: the next publisher takes another port.
    if (byPerson && fed) await captures.disconnect(fed.id);
    return publisher.stop();
  };

  return [
    command({
      id: "mispStream.startSimulator",
      args: simulatorArgs,
      ask: askSimulator,
      run: async (args, byPerson) => {
        const { endpoint } = await publishers.simulate(args);
        if (byPerson) {
          const { capture } = await captures.connect({ endpoint, name: t("Simulator") });
          await vscode.commands.executeCommand("mispStream.captures.focus");
          await context.tree.revealCapture(capture);
        }
        return { endpoint };
      },
    }),
    command({
      id: "mispStream.stopPublisher",
      args: v.object({ endpoint: v.optional(v.string()) }),
      ask: async ({ node }) => {
        if (node?.kind === "publisher") return { endpoint: node.endpoint };
        const bound = publishers.all;
        if (bound.length < 2) return {};
        const chosen = await vscode.window.showQuickPick(
          bound.map((running) => {
            const { label, description = "", icon } = publisherItem(running, t);
            return { label, description, iconPath: new vscode.ThemeIcon(icon), running };
          }),
          { title: t("Stop which publisher") },
        );
        return chosen && { endpoint: chosen.running.publisher.endpoint };
      },
      run: async ({ endpoint }, byPerson) => {
        const running = publishers.find(endpoint);
        return { messages: running ? await stop(running, byPerson) : 0 };
      },
      tell: (_, { messages: sent }) =>
        void vscode.window.showInformationMessage(
          sent === 0 ? t("No message was published.") : t("Stopped after {0}.", messages(sent)),
        ),
    }),
  ];
}

async function askSimulator(): Promise<v.InferInput<typeof simulatorArgs> | undefined> {
  const rate = await vscode.window.showQuickPick(
    RATES.map((perSecond) => ({ label: t("{0} a second", messages(perSecond)), perSecond })),
    { title: t("Simulator: how fast"), placeHolder: t("It publishes what MISP would, on a free port of this machine") },
  );
  if (!rate) return undefined;
  const topics = await vscode.window.showQuickPick(
    simulatedTopics.map((name) => ({ label: topicOf(name).short, description: name, picked: true, name })),
    { title: t("Simulator: which topics"), canPickMany: true },
  );
  if (!topics?.length) return undefined;
  return {
    rate: rate.perSecond,
    topics: topics.length === simulatedTopics.length ? [] : topics.map(({ name }) => name),
  };
}
