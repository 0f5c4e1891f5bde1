import * as path from "node:path";
import * as vscode from "vscode";
import * as v from "valibot";
import { parsePublisherEndpoint } from "../../core/endpoint";
import { Refusal } from "../../protocol/rpc";
import { messages, number, plain } from "../labels";
import { ANY_PORT, startReplay, type ReplayRequest } from "../replays";
import { command, type Chosen, type Command } from "./command";
import { Recent, captureOf, type CommandContext } from "./context";

const { t } = vscode.l10n;
const MISP_PORT = "tcp://127.0.0.1:50000";
/** Fixtures of the workspace offered. */
const MOST_FILES = 50;

const seq = v.pipe(v.number(), v.integer(), v.minValue(1));
const replayArgs = v.object({
  path: v.optional(v.string()),
  capture: v.optional(v.string()),
  endpoint: v.optional(v.string()),
  speed: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0))),
  from: v.optional(seq),
  filter: v.optional(v.string()),
  loop: v.optional(v.boolean()),
  heartbeat: v.optional(v.boolean()),
  paused: v.optional(v.boolean()),
  username: v.optional(v.string()),
  password: v.optional(v.string()),
});

export function replayCommands(context: CommandContext): Command[] {
  const { publishers } = context;
  const recent = new Recent(context.recent, "replayEndpoints");

  /** A command on one running replay; a person means the row they chose, else the last started. */
  const onReplay = (id: string, act: (endpoint: string | undefined) => Promise<object>): Command =>
    command({
      id,
      args: v.object({ endpoint: v.optional(v.string()) }),
      ask: ({ node }) => Promise.resolve(node?.kind === "publisher" ? { endpoint: node.endpoint } : {}),
      run: ({ endpoint }) => act(endpoint),
    });

  const start = async (request: ReplayRequest, byPerson: boolean): Promise<{ endpoint: string }> => {
    const capture = request.path === undefined ? captureOf(context, request.capture) : request.capture;
    const { endpoint } = await startReplay(context, { ...request, capture });
    if (byPerson) {
      await recent.add(request.endpoint ?? ANY_PORT);
      await vscode.commands.executeCommand("mispStream.captures.focus");
      await context.tree.revealPublisher(endpoint);
    }
    return { endpoint };
  };

  return [
    command({
      id: "mispStream.replay",
      args: replayArgs,
      ask: async (chosen) => {
        const what = await askWhat(context, chosen);
        const how = what && (await askHow(recent));
        return how && { ...what, ...how };
      },
      run: start,
    }),
    command({
      id: "mispStream.replayFromHere",
      args: replayArgs,
      ask: async ({ node }) => {
        if (node?.kind !== "message") throw new Refusal("Choose a message in the MISP Stream view to start from.");
        const how = await askHow(recent);
        return how && { capture: node.capture, from: node.row.seq, ...how };
      },
      run: start,
    }),
    onReplay("mispStream.sendNext", async (endpoint) => ({
      seq: await publishers.replaying({ endpoint }).publisher.next(),
    })),
    command({
      id: "mispStream.sendThisOne",
      args: v.object({ seq, capture: v.optional(v.string()), endpoint: v.optional(v.string()) }),
      ask: ({ node }) => {
        if (node?.kind !== "message") throw new Refusal("Choose the message to send in the MISP Stream view.");
        return Promise.resolve({ capture: node.capture, seq: node.row.seq });
      },
      run: async ({ seq: number, capture, endpoint }) => ({
        seq: await publishers.replaying({ endpoint, capture }).publisher.one(number),
      }),
      tell: (_, { seq: sent }) => void vscode.window.setStatusBarMessage(t("Sent #{0}", number(sent)), 4_000),
    }),
    onReplay("mispStream.pauseReplay", (endpoint) => {
      publishers.replaying({ endpoint }).publisher.pause();
      return Promise.resolve({});
    }),
    onReplay("mispStream.resumeReplay", (endpoint) => {
      publishers.replaying({ endpoint }).publisher.resume();
      return Promise.resolve({});
    }),
  ];
}

type What = Pick<ReplayRequest, "path" | "capture" | "filter">;

/** A capture, or a fixture of the workspace, or another one; of a capture what the filter shows, where one is in force. */
async function askWhat(context: CommandContext, chosen: Chosen): Promise<What | undefined> {
  const { uris, node } = chosen;
  if (uris[0]) return { path: uris[0].fsPath };
  const capture = node?.capture ?? (await askSource(context));
  if (capture === undefined || typeof capture !== "string") return capture;
  const { text } = context.filter;
  if (!text) return { capture };
  const { matches = 0, messages: all = 0 } = context.captures.get(capture) ?? {};
  const answer = await vscode.window.showQuickPick(
    [
      { label: t("What the filter shows"), description: `${messages(matches)}, ${plain(text)}`, filter: text },
      { label: t("All messages"), description: messages(all), filter: "" },
    ],
    { title: t("Replay"), placeHolder: t("Which messages") },
  );
  return answer && { capture, filter: answer.filter };
}

async function askSource({ captures }: CommandContext): Promise<string | What | undefined> {
  type Row = vscode.QuickPickItem & { what?: string | What; isOther?: true };
  const files = await vscode.workspace.findFiles("**/*.misp.jsonl", "**/node_modules/**", MOST_FILES);
  const open = new Set(captures.all.map(({ file }) => file?.path));
  const rows: Row[] = [
    ...captures.all
      .filter(({ messages: count }) => count > 0)
      .map(({ id, origin, messages: count }) => ({
        label: plain(origin.name),
        description: messages(count),
        iconPath: new vscode.ThemeIcon("list-flat"),
        what: id,
      })),
    ...files
      .filter(({ fsPath }) => !open.has(fsPath))
      .map(({ fsPath }) => ({
        label: plain(path.basename(fsPath)),
        description: plain(vscode.workspace.asRelativePath(path.dirname(fsPath))),
        iconPath: new vscode.ThemeIcon("file"),
        what: { path: fsPath },
      })),
    { label: t("Another file…"), iconPath: new vscode.ThemeIcon("folder-opened"), isOther: true },
  ];
  const chosen = await vscode.window.showQuickPick(rows, {
    title: t("Replay"),
    placeHolder: t("A capture or a fixture, published again on this machine as it was"),
  });
  if (!chosen?.isOther) return chosen?.what;
  const [uri] = (await vscode.window.showOpenDialog({ title: t("Replay"), canSelectFolders: false })) ?? [];
  return uri && { path: uri.fsPath };
}

type How = Pick<ReplayRequest, "endpoint" | "speed" | "paused">;

async function askHow(recent: Recent): Promise<How | undefined> {
  const rows: (vscode.QuickPickItem & { how: How })[] = [
    { label: t("At the recorded pace"), how: { speed: 1 } },
    { label: t("10 times faster"), how: { speed: 10 } },
    { label: t("As fast as it goes"), how: { speed: 0 } },
    { label: t("Step by step"), description: t("Send Next, Send This One"), how: { speed: 1, paused: true } },
  ];
  const chosen = await vscode.window.showQuickPick(rows, {
    title: t("Replay: how fast"),
    placeHolder: t("It starts with the first subscriber, so that nothing is lost"),
  });
  if (!chosen) return undefined;
  const endpoint = await vscode.window.showInputBox({
    title: t("Replay: where"),
    prompt: t("Where subscribers connect to, on this machine only. Port * takes a free one."),
    value: recent.all[0] ?? MISP_PORT,
    validateInput: (text) => {
      const endpoint = parsePublisherEndpoint(text);
      return endpoint instanceof Error ? endpoint.message : undefined;
    },
  });
  return endpoint === undefined ? undefined : { ...chosen.how, endpoint };
}
