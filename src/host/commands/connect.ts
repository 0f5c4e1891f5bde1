import * as vscode from "vscode";
import * as v from "valibot";
import { parseEndpoint } from "../../core/endpoint";
import type { Credentials } from "../../protocol/feed";
import { Refusal } from "../../protocol/rpc";
import { isUp, messageOf } from "../capture";
import { plain } from "../labels";
import { command, type Command } from "./command";
import { captureOf, Recent, type CommandContext } from "./context";

const MISP_DEFAULT = "tcp://127.0.0.1:50000"; // Plugin.ZeroMQ_host and _port as MISP ships them
const { t } = vscode.l10n;

export const connectArgs = v.object({
  endpoint: v.string(),
  topics: v.optional(v.array(v.string())),
  username: v.optional(v.string()),
  password: v.optional(v.string()),
  name: v.optional(v.string()),
});

export function connectCommands(context: CommandContext): Command[] {
  const { captures, secrets } = context;
  const recent = new Recent(context.recent, "endpoints");
  const inCapture = v.object({ capture: v.optional(v.string()) });

  const connect = async (args: v.InferOutput<typeof connectArgs>): Promise<{ capture: string; state: string }> => {
    const endpoint = parseEndpoint(args.endpoint);
    if (endpoint instanceof Error) throw new Refusal(endpoint.message);
    if (args.password !== undefined && args.username === undefined)
      throw new Refusal("A password needs a user name beside it: pass username too.");
    await recent.add(endpoint.text);
    return captures.connect({ ...args, endpoint: endpoint.text });
  };

  /** As a person connects: a server that demands a password gets it asked for. */
  const connectByPerson = async (
    args: v.InferOutput<typeof connectArgs>,
  ): Promise<{ capture: string; state: string }> => {
    try {
      return await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title: t("Connecting to {0}", plain(args.endpoint)) },
        () => connect(args),
      );
    } catch (error) {
      const all = await captures.current();
      const capture = all.find(({ origin }) => origin.endpoint === normalised(args.endpoint));
      const reason = capture?.connection.reason;
      if (!capture || (reason !== "auth" && reason !== "auth-required")) throw error;
      return enterPassword(capture.id, messageOf(error));
    }
  };

  const enterPassword = async (id: string, why: string): Promise<{ capture: string; state: string }> => {
    const origin = captures.get(id)?.origin;
    const credentials = await askCredentials(origin?.endpoint ?? "", origin?.username, why);
    if (!credentials) throw new Refusal(why);
    await captures.retry(id, credentials);
    await offerToKeep(origin?.endpoint ?? "", credentials);
    return { capture: id, state: captures.get(id)?.connection.state ?? "connected" };
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

  return [
    command({
      id: "mispStream.connect",
      args: connectArgs,
      ask: () => askEndpoint(recent.all),
      run: (args, byPerson) => (byPerson ? connectByPerson(args) : connect(args)),
      tell: ({ endpoint }) => {
        void vscode.commands.executeCommand("mispStream.captures.focus");
        context.log.info(`Connected to ${endpoint} by a person.`);
      },
    }),
    command({
      id: "mispStream.disconnect",
      args: inCapture,
      ask: async (chosen) => ({ capture: captureOf(context, undefined, chosen) }),
      run: async ({ capture }) => {
        await captures.disconnect(captureOf(context, capture));
        return {};
      },
    }),
    command({
      id: "mispStream.retry",
      args: inCapture,
      ask: async (chosen) => ({ capture: captureOf(context, undefined, chosen) }),
      run: async ({ capture }) => {
        await captures.retry(captureOf(context, capture));
        return {};
      },
    }),
    command({
      id: "mispStream.enterPassword",
      args: inCapture,
      ask: async (chosen) => ({ capture: captureOf(context, undefined, chosen) }),
      run: ({ capture }) => {
        const id = captureOf(context, capture);
        const endpoint = captures.get(id)?.origin.endpoint ?? "";
        return enterPassword(id, t("User name and password for {0}", endpoint));
      },
    }),
    command({
      id: "mispStream.forgetPassword",
      args: inCapture,
      ask: async (chosen) => ({ capture: captureOf(context, undefined, chosen) }),
      run: async ({ capture }) => {
        await secrets.delete(captures.get(captureOf(context, capture))?.origin.endpoint ?? "");
        return {};
      },
      tell: () => void vscode.window.showInformationMessage(t("The password is no longer kept.")),
    }),
    command({
      id: "mispStream.changeEndpoint",
      args: inCapture,
      ask: async (chosen) => ({ capture: captureOf(context, undefined, chosen) }),
      run: async ({ capture }) => {
        const former = captures.get(captureOf(context, capture));
        const args = await askEndpoint(recent.all, former?.origin.endpoint);
        if (!args || !former) return {};
        if (args.endpoint !== former.origin.endpoint) {
          if (former.messages === 0) await captures.remove(former.id);
          else if (!isUp(former.connection)) await captures.disconnect(former.id);
        }
        return connectByPerson(args);
      },
    }),
  ];
}

const normalised = (text: string): string => {
  const endpoint = parseEndpoint(text);
  return endpoint instanceof Error ? text : endpoint.text;
};

type Pick = vscode.QuickPickItem & { endpoint?: string; options?: true };

/** Asks where MISP publishes; what is typed is checked while it is typed. */
async function askEndpoint(
  recent: readonly string[],
  former?: string,
): Promise<v.InferOutput<typeof connectArgs> | undefined> {
  const pick = vscode.window.createQuickPick<Pick>();
  pick.title = t("Connect to a MISP ZeroMQ feed");
  pick.placeholder = t("tcp://host:port, as MISP's Plugin.ZeroMQ_host and _port say");
  pick.value = former ?? "";
  const known = [...new Set([...recent, MISP_DEFAULT])];
  const draw = (): void => {
    const text = pick.value.trim();
    const endpoint = text === "" ? undefined : parseEndpoint(text);
    const typed: Pick[] =
      endpoint === undefined
        ? []
        : endpoint instanceof Error
          ? [{ label: `$(error) ${plain(endpoint.message)}`, alwaysShow: true }]
          : [
              { label: endpoint.text, description: t("connect"), endpoint: endpoint.text, alwaysShow: true },
              {
                label: `${endpoint.text}…`,
                description: t("connect with topics, user name or a name of its own"),
                endpoint: endpoint.text,
                options: true,
                alwaysShow: true,
              },
            ];
    const others = known.filter((other) => !(endpoint && !(endpoint instanceof Error) && endpoint.text === other));
    pick.items = [
      ...typed,
      ...others.map((other) => ({
        label: other,
        description: other === MISP_DEFAULT ? t("MISP's default") : t("recent"),
        endpoint: other,
      })),
    ];
  };
  draw();
  const chosen = await new Promise<Pick | undefined>((resolve) => {
    pick.onDidChangeValue(draw);
    pick.onDidAccept(() => {
      // Enter may come before the list has followed what was typed.
      const typed = parseEndpoint(pick.value);
      const item = pick.activeItems[0] ?? (typed instanceof Error ? undefined : { label: "", endpoint: typed.text });
      if (item?.endpoint === undefined) return;
      resolve(item);
      pick.hide();
    });
    pick.onDidHide(() => resolve(undefined));
    pick.show();
  });
  pick.dispose();
  if (chosen?.endpoint === undefined) return undefined;
  return chosen.options ? askOptions(chosen.endpoint) : { endpoint: chosen.endpoint };
}

async function askOptions(endpoint: string): Promise<v.InferOutput<typeof connectArgs> | undefined> {
  const topics = await vscode.window.showInputBox({
    title: t("Topics"),
    prompt: t("Exact topic names, separated by spaces; nothing for every topic"),
    placeHolder: "misp_json misp_json_attribute",
  });
  if (topics === undefined) return undefined;
  const name = await vscode.window.showInputBox({
    title: t("Name"),
    prompt: t("What the capture is called in the view"),
    value: endpoint,
  });
  if (name === undefined) return undefined;
  const username = await vscode.window.showInputBox({
    title: t("User name"),
    prompt: t("As in MISP's Plugin.ZeroMQ_username; nothing where it is empty there"),
  });
  if (username === undefined) return undefined;
  const credentials = username === "" ? undefined : await askCredentials(endpoint, username, t("Password"));
  if (username !== "" && !credentials) return undefined;
  const names = topics.split(/\s+/).filter(Boolean);
  return { endpoint, ...(name ? { name } : {}), topics: names, ...credentials };
}

/** User name and password; says first when they would cross a network in the clear. */
async function askCredentials(
  text: string,
  username: string | undefined,
  why: string,
): Promise<Credentials | undefined> {
  const endpoint = parseEndpoint(text);
  if (!(endpoint instanceof Error) && !endpoint.loopback) {
    const go = t("Continue");
    const answer = await vscode.window.showWarningMessage(
      t("The password would travel to {0} in clear text.", endpoint.address),
      {
        modal: true,
        detail: t("ZeroMQ's PLAIN does not encrypt. An SSH tunnel to MISP's loopback port keeps it private."),
      },
      go,
    );
    if (answer !== go) return undefined;
  }
  const name = await vscode.window.showInputBox({
    title: t("User name"),
    prompt: why,
    value: username ?? "",
    ignoreFocusOut: true,
  });
  if (!name) return undefined;
  const password = await vscode.window.showInputBox({
    title: t("Password"),
    prompt: t("As in MISP's Plugin.ZeroMQ_password"),
    password: true,
    ignoreFocusOut: true,
  });
  return password === undefined ? undefined : { username: name, password };
}
