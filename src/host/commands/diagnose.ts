import * as vscode from "vscode";
import * as v from "valibot";
import { parseEndpoint } from "../../core/endpoint";
import { visible } from "../../core/text";
import type { DiagnosisStep } from "../../protocol/feed";
import { Refusal } from "../../protocol/rpc";
import { plain } from "../labels";
import { paragraph } from "../paragraph";
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
    return { steps: await context.receiver.diagnose({ endpoint: endpoint.text, credentials, topics }, onStep, signal) };
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
          ? show(context, args.endpoint, (onStep, signal) => run(args, onStep, signal))
          : run(args, () => undefined, new AbortController().signal),
    }),
    captureCommand(context, "mispStream.diagnoseCapture", (id) => {
      const endpoint = context.captures.get(id)?.origin.endpoint ?? "";
      return show(context, endpoint, (onStep, signal) => run({ endpoint }, onStep, signal));
    }),
  ];
}

type Run = (onStep: (step: DiagnosisStep) => void, signal: AbortSignal) => Promise<{ steps: DiagnosisStep[] }>;

/** Tells each step as it is taken, then shows the report as a document. */
async function show(context: CommandContext, endpoint: string, run: Run): Promise<{ steps: DiagnosisStep[] }> {
  const taken: DiagnosisStep[] = [];
  const result = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: t("Diagnosing {0}", endpoint), cancellable: true },
    (progress, token) => {
      const cancel = new AbortController();
      const cancelled = new Promise<{ steps: DiagnosisStep[] }>((resolve) =>
        token.onCancellationRequested(() => {
          cancel.abort();
          resolve({ steps: taken });
        }),
      );
      const onStep = (step: DiagnosisStep): void => {
        taken.push(step);
        progress.report({ message: plain(step.name) });
      };
      return Promise.race([run(onStep, cancel.signal), cancelled]);
    },
  );
  await context.documents.showReport(t("Diagnosis of {0}", endpoint), report(endpoint, result.steps));
  return result;
}

const report = (endpoint: string, steps: readonly DiagnosisStep[]): string =>
  [
    `Diagnosis of ${endpoint}`,
    ...steps.map(({ name, ok, detail, advice }) =>
      [
        `${ok ? "✓" : "✗"} ${name}`,
        paragraph(visible(detail), "    "),
        ...(advice === undefined ? [] : [paragraph(`→ ${visible(advice)}`, "    ")]),
      ].join("\n"),
    ),
    "",
  ].join("\n\n");
