import * as vscode from "vscode";
import { parseEndpoint } from "../../core/endpoint";
import type { Credentials } from "../../protocol/feed";
import { Refusal } from "../../protocol/rpc";
import { isUp, messageOf, type CaptureView } from "../capture";
import { plain } from "../labels";
import { askCredentials, askEndpoint, connectArgs, type ConnectArgs } from "./connectDialogs";
import { command, type Command } from "./command";
import { captureCommand, captureOf, inCapture, Recent, type CommandContext } from "./context";

const { t } = vscode.l10n;

export function connectCommands(context: CommandContext): Command[] {
  const { captures, secrets } = context;
  const recent = new Recent(context.recent, "endpoints");

  const connect = async (args: ConnectArgs): Promise<{ capture: string; state: string }> => {
    const endpoint = parseEndpoint(args.endpoint);
    if (endpoint instanceof Error) throw new Refusal(endpoint.message);
    if (args.password !== undefined && args.username === undefined)
      throw new Refusal("A password needs a user name beside it: pass username too.");
    await recent.add(endpoint.text);
    return captures.connect({ ...args, endpoint: endpoint.text });
  };

  /** As a person connects: a server that demands a password gets it asked for. */
  const connectByPerson = async (args: ConnectArgs): Promise<{ capture: string; state: string }> => {
    try {
      return await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title: t("Connecting to {0}", plain(args.endpoint)) },
        () => connect(args),
      );
    } catch (error) {
      const all = await captures.current();
      const capture = all.find(({ origin }) => origin.endpoint === normalised(args.endpoint));
      if (!capture || !wantsPassword(capture)) throw error;
      return enterPassword(capture.id, messageOf(error));
    }
  };

  /** Asks until the server takes the credentials or the person gives up. */
  const enterPassword = async (id: string, why: string): Promise<{ capture: string; state: string }> => {
    const { origin } = captures.get(id) ?? {};
    const credentials = await askCredentials(origin?.endpoint ?? "", origin?.username, why);
    if (!credentials) throw new Refusal(why);
    try {
      await captures.retry(id, credentials);
    } catch (error) {
      await captures.current();
      if (!wantsPassword(captures.get(id))) throw error;
      return enterPassword(id, messageOf(error));
    }
    void offerToKeep(origin?.endpoint ?? "", credentials);
    return { capture: id, state: "connected" };
  };

  const offerToKeep = async (endpoint: string, credentials: Credentials): Promise<void> => {
    const keep = t("Keep in secret storage");
    const answer = await vscode.window.showInformationMessage(
      t("Connected to {0}. Keep the password for the next time?", endpoint),
      keep,
      t("Not now"),
    );
    if (answer === keep) await secrets.set(endpoint, credentials);
  };

  const reveal = async (capture: string): Promise<void> => {
    await vscode.commands.executeCommand("mispStream.captures.focus");
    await context.tree.revealCapture(capture);
  };

  return [
    command({
      id: "mispStream.connect",
      args: connectArgs,
      ask: () => askEndpoint(recent.all),
      run: (args, byPerson) => (byPerson ? connectByPerson(args) : connect(args)),
      tell: (_, { capture }) => void reveal(capture),
    }),
    captureCommand(context, "mispStream.disconnect", async (id) => {
      await captures.disconnect(id);
      return {};
    }),
    captureCommand(context, "mispStream.retry", async (id) => {
      await captures.retry(id);
      return {};
    }),
    command({
      id: "mispStream.enterPassword",
      args: inCapture,
      // The feed that waits for one is meant, whatever is selected.
      ask: async (chosen) => ({
        capture: chosen.node?.capture ?? captures.all.find(wantsPassword)?.id ?? captureOf(context),
      }),
      run: async ({ capture }) => {
        const id = captureOf(context, capture);
        return enterPassword(id, t("User name and password for {0}", captures.get(id)?.origin.endpoint ?? ""));
      },
    }),
    captureCommand(
      context,
      "mispStream.forgetPassword",
      async (id) => {
        await secrets.delete(captures.get(id)?.origin.endpoint ?? "");
        return {};
      },
      () => void vscode.window.showInformationMessage(t("The password is no longer kept.")),
    ),
    captureCommand(context, "mispStream.changeEndpoint", async (id) => {
      const former = captures.get(id);
      const args = await askEndpoint(recent.all, former?.origin.endpoint);
      if (!args || !former) return {};
      if (args.endpoint !== former.origin.endpoint) {
        if (former.messages === 0) await captures.remove(id);
        else if (!isUp(former.connection)) await captures.disconnect(id);
      }
      return connectByPerson(args);
    }),
  ];
}

const wantsPassword = (capture: CaptureView | undefined): boolean =>
  capture?.connection.reason === "auth" || capture?.connection.reason === "auth-required";

const normalised = (text: string): string => {
  const endpoint = parseEndpoint(text);
  return endpoint instanceof Error ? text : endpoint.text;
};
