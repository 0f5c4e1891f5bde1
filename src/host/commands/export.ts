import * as path from "node:path";
import * as vscode from "vscode";
import * as v from "valibot";
import { formatNames, formatOf, type FormatName } from "../../core/fixture/formats";
import { sizeText } from "../../core/quantity";
import { profiles } from "../../core/redact/profiles";
import { exportScope, type Redaction } from "../../protocol/export";
import { seq } from "../../protocol/ids";
import { Refusal } from "../../protocol/rpc";
import { messages } from "../labels";
import { command, type Command } from "./command";
import { captureOf, type CommandContext } from "./context";
import { askExport } from "./exportDialogs";
import { withProgress } from "./progress";

const { t } = vscode.l10n;

const exportArgs = v.object({
  path: v.string(),
  format: v.string(),
  scope: v.optional(exportScope, "all"),
  /** `true`: secrets and people. Without a seed the workspace's own. */
  redact: v.optional(
    v.union([
      v.boolean(),
      v.object({ profiles: v.array(v.picklist(profiles.map(({ name }) => name))), seed: v.optional(v.string()) }),
    ]),
    false,
  ),
  capture: v.optional(v.string()),
  /** Nothing that came after this message. */
  upTo: v.optional(seq),
  /** As a capture, afterwards. */
  open: v.optional(v.boolean(), false),
});
type ExportArgs = v.InferOutput<typeof exportArgs>;

export function exportCommands(context: CommandContext): Command[] {
  const redactionOf = ({ redact }: ExportArgs): Redaction | undefined => {
    const chosen = redact === true ? { profiles: ["secrets" as const, "people" as const], seed: undefined } : redact;
    if (chosen === false || chosen.profiles.length === 0) return undefined;
    return { profiles: chosen.profiles, seed: chosen.seed ?? context.exportMemory.seed() };
  };

  return [
    command({
      id: "mispStream.export",
      args: exportArgs,
      ask: async (chosen) => {
        const capture = context.captures.get(captureOf(context, undefined, chosen));
        if (!capture?.messages) throw new Refusal("There is nothing to export: this capture holds no message.");
        return askExport(context, capture, chosen);
      },
      run: async (args, byPerson) => {
        const { path: file, scope, upTo, open } = args;
        const format = formatNamed(args.format);
        if (!path.isAbsolute(file))
          throw new Refusal(`The path "${file.slice(0, 256)}" is not absolute. Give the whole path.`);
        const redact = redactionOf(args);
        const order = {
          capture: captureOf(context, args.capture),
          ...{ path: path.normalize(file), format, scope, tool: context.tool },
          ...(redact && { redact }),
          ...(upTo !== undefined && { upTo }),
        };
        const result = byPerson
          ? await withProgress(t("Exporting"), (options) => context.engine().export(order, options))
          : await context.engine().export(order);
        if (open) await openFixture(context, order.path);
        return result;
      },
      tell: (args, result) => void tellDone(context, args, result),
    }),
  ];
}

function formatNamed(name: string): FormatName {
  const format = formatNames.find((each) => each === name);
  if (format) return format;
  throw new Refusal(`There is no format "${name.slice(0, 32)}". The formats are ${formatNames.join(", ")}.`);
}

async function openFixture({ tree }: CommandContext, file: string): Promise<void> {
  const opened = await vscode.commands.executeCommand<{ capture: string }>("mispStream.open", { path: file });
  await tree.revealCapture(opened.capture);
}

async function tellDone(
  context: CommandContext,
  { path: file, format, open }: ExportArgs,
  { messages: count, bytes, lossy }: { messages: number; bytes: number; lossy: number },
): Promise<void> {
  const [asText, opened] = [t("Open as Text"), t("Open")];
  const written = t("Exported {0}, {1}, to {2}.", messages(count), sizeText(bytes), path.basename(file));
  const lost = lossy > 0 ? ` ${t("{0} do not come back exactly in this format.", messages(lossy))}` : "";
  const acts = formatOf(formatNamed(format)).kind === "file" ? [asText] : [];
  const answer = await vscode.window.showInformationMessage(written + lost, ...(open ? [] : [opened]), ...acts);
  if (answer === opened) await openFixture(context, file);
  if (answer === asText) await vscode.window.showTextDocument(vscode.Uri.file(file));
}
