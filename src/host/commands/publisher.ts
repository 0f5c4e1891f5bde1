import * as vscode from "vscode";
import * as v from "valibot";
import { simulatedTopics } from "../../core/simulate/topics";
import { parseEndpoint } from "../../core/endpoint";
import { topicOf } from "../../core/topics";
import type { Publisher } from "../../protocol/publisher";
import { Refusal } from "../../protocol/rpc";
import { messages } from "../labels";
import { command, type Command } from "./command";
import type { CommandContext } from "./context";

const { t } = vscode.l10n;
const ANY_PORT = "tcp://127.0.0.1:*";
const RATES = [1, 10, 100, 1_000];

const simulatorArgs = v.object({
  endpoint: v.optional(v.string(), ANY_PORT),
  rate: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0)), 5),
  seed: v.optional(v.pipe(v.number(), v.integer()), 1),
  topics: v.optional(v.array(v.string()), []),
});

export function publisherCommands(context: CommandContext): Command[] {
  const publishers = new Map<string, Publisher>();

  const stop = async (publisher: Publisher, byPerson: boolean): Promise<number> => {
    publishers.delete(publisher.endpoint);
    const fed = context.captures.all.find(({ origin }) => origin.endpoint === publisher.endpoint);
    // It would try for ever: the next simulator takes another port.
    if (byPerson && fed) await context.captures.disconnect(fed.id);
    return publisher.stop();
  };

  const offerStop = async (endpoint: string): Promise<void> => {
    const yes = t("Stop");
    const answer = await vscode.window.showInformationMessage(
      t("The simulator publishes on {0}; MISP Stream is connected to it.", endpoint),
      yes,
    );
    const publisher = publishers.get(endpoint);
    if (answer === yes && publisher) await stop(publisher, true);
  };

  return [
    command({
      id: "mispStream.startSimulator",
      args: simulatorArgs,
      ask: askSimulator,
      run: async (args, byPerson) => {
        const publisher = await context.sender.publish(args);
        publishers.set(publisher.endpoint, publisher);
        if (byPerson) {
          const { capture } = await context.captures.connect({ endpoint: publisher.endpoint, name: t("Simulator") });
          await vscode.commands.executeCommand("mispStream.captures.focus");
          await context.tree.revealCapture(capture);
        }
        return { endpoint: publisher.endpoint };
      },
      tell: (_, { endpoint }) => void offerStop(endpoint),
    }),
    command({
      id: "mispStream.stopPublisher",
      args: v.object({ endpoint: v.optional(v.string()) }),
      ask: async () => {
        const bound = [...publishers.values()];
        if (bound.length < 2) return {};
        const chosen = await vscode.window.showQuickPick(
          bound.map(({ endpoint, sent }) => ({ label: endpoint, description: t("{0} published", messages(sent)) })),
          { title: t("Stop which publisher") },
        );
        return chosen && { endpoint: chosen.label };
      },
      run: async ({ endpoint }, byPerson) => {
        const named = endpoint === undefined ? undefined : parseEndpoint(endpoint);
        if (named instanceof Error) throw new Refusal(named.message);
        const publisher = named ? publishers.get(named.text) : [...publishers.values()].at(-1);
        if (!publisher) return { messages: 0 };
        return { messages: await stop(publisher, byPerson) };
      },
      tell: (_, { messages: sent }) =>
        void vscode.window.showInformationMessage(
          sent === 0 ? t("No publisher is running.") : t("Stopped after {0}.", messages(sent)),
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
