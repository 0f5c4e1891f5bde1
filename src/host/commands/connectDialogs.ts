/** What a person is asked before a connection: where, with what, as whom. */
import * as vscode from "vscode";
import * as v from "valibot";
import { parseEndpoint } from "../../core/endpoint";
import type { Credentials } from "../../protocol/feed";
import { plain } from "../labels";

const MISP_DEFAULT = "tcp://127.0.0.1:50000"; // Plugin.ZeroMQ_host and _port as MISP ships them
const { t } = vscode.l10n;

export const connectArgs = v.object({
  endpoint: v.string(),
  topics: v.optional(v.array(v.string())),
  username: v.optional(v.string()),
  password: v.optional(v.string()),
  name: v.optional(v.string()),
});
export type ConnectArgs = v.InferOutput<typeof connectArgs>;

type Pick = vscode.QuickPickItem & { endpoint?: string; options?: true };

/** Asks where MISP publishes; what is typed is checked while it is typed. */
export async function askEndpoint(recent: readonly string[], former?: string): Promise<ConnectArgs | undefined> {
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

async function askOptions(endpoint: string): Promise<ConnectArgs | undefined> {
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
export async function askCredentials(
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
