import * as vscode from "vscode";
import * as v from "valibot";
import { parseEndpoint } from "../../core/endpoint";
import type { DiagnosisStep } from "../../protocol/feed";
import { Refusal } from "../../protocol/rpc";
import { plain } from "../labels";
import { command, type Command } from "./command";
import { captureCommand, Recent, type CommandContext } from "./context";

const { t } = vscode.l10n;
const diagnoseArgs = v.object({
  endpoint: v.string(),
  username: v.optional(v.string()),
  password: v.optional(v.string()),
});

/** Answers "why do I receive nothing?", step by step. */
export function diagnoseCommands(context: CommandContext): Command[] {
  const run = async (
    args: v.InferOutput<typeof diagnoseArgs>,
    onStep: (step: DiagnosisStep) => void,
    signal: AbortSignal,
  ): Promise<{ steps: DiagnosisStep[] }> => {
    const endpoint = parseEndpoint(args.endpoint);
    if (endpoint instanceof Error) throw new Refusal(endpoint.message);
    const credentials =
      args.username !== undefined && args.password !== undefined
        ? { username: args.username, password: args.password }
        : await context.secrets.get(endpoint.text);
    const topics = context.captures.all.find(({ origin }) => origin.endpoint === endpoint.text)?.origin.topics ?? [];
    return { steps: await context.feed.diagnose({ endpoint: endpoint.text, credentials, topics }, onStep, signal) };
  };

  return [
    command({
      id: "mispStream.diagnose",
      args: diagnoseArgs,
      ask: async () => {
        const endpoint = await vscode.window.showInputBox({
          title: t("Diagnose a feed"),
          prompt: t("tcp://host:port"),
          value: context.captures.all.at(-1)?.origin.endpoint ?? new Recent(context.recent, "endpoints").all[0] ?? "",
          validateInput: (text) => {
            const parsed = parseEndpoint(text);
            return parsed instanceof Error ? parsed.message : undefined;
          },
        });
        return endpoint === undefined ? undefined : { endpoint };
      },
      run: (args, byPerson) =>
        byPerson
          ? show(args.endpoint, (onStep, signal) => run(args, onStep, signal))
          : run(args, () => undefined, new AbortController().signal),
    }),
    captureCommand(context, "mispStream.diagnoseCapture", (id) => {
      const endpoint = context.captures.get(id)?.origin.endpoint ?? "";
      return show(endpoint, (onStep, signal) => run({ endpoint }, onStep, signal));
    }),
  ];
}

/** The steps in a list that fills as they are taken; choosing one copies the report. */
async function show(
  endpoint: string,
  run: (onStep: (step: DiagnosisStep) => void, signal: AbortSignal) => Promise<{ steps: DiagnosisStep[] }>,
): Promise<{ steps: DiagnosisStep[] }> {
  const list = vscode.window.createQuickPick();
  const cancel = new AbortController();
  const steps: DiagnosisStep[] = [];
  list.title = t("Diagnosis of {0}", endpoint);
  list.placeholder = t("Enter copies the report");
  list.busy = true;
  list.ignoreFocusOut = true;
  list.onDidAccept(() => void vscode.env.clipboard.writeText(report(endpoint, steps)));
  const hidden = new Promise<void>((resolve) =>
    list.onDidHide(() => {
      cancel.abort();
      list.dispose();
      resolve();
    }),
  );
  list.show();
  try {
    const result = await Promise.race([
      run((step) => {
        steps.push(step);
        list.items = steps.map(row);
      }, cancel.signal),
      hidden.then(() => ({ steps })),
    ]);
    list.busy = false;
    return result;
  } catch (error) {
    list.hide();
    throw error;
  }
}

const row = (step: DiagnosisStep): vscode.QuickPickItem => ({
  label: `$(${step.ok ? "pass" : "error"}) ${plain(step.name)}`,
  description: plain(step.detail),
  ...(step.advice === undefined ? {} : { detail: plain(step.advice) }),
  alwaysShow: true,
});

const report = (endpoint: string, steps: readonly DiagnosisStep[]): string =>
  [
    `MISP Stream diagnosis of ${endpoint}`,
    ...steps.map(
      ({ name, ok, detail, advice }) => `${ok ? "ok  " : "FAIL"} ${name}: ${detail}${advice ? `\n     ${advice}` : ""}`,
    ),
  ].join("\n");
