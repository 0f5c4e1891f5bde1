import * as os from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import * as v from "valibot";
import { typeLanguageNames, typeLanguages } from "../../core/outlines/typeLanguages";
import { exportScope } from "../../protocol/export";
import { Refusal, type CallOptions } from "../../protocol/rpc";
import { generatedTypes } from "../generator";
import { plain } from "../labels";
import { typeHeader } from "../typeHeader";
import { command, type Command } from "./command";
import { captureOf, type CommandContext } from "./context";
import { withProgress } from "./progress";
import { absolute, showUnsaved, writeFile } from "./writtenFile";

const { t } = vscode.l10n;

/** Types of what was captured, by topic and action. */
export const generateTypesCommands = (context: CommandContext): Command[] => [
  command({
    id: "mispStream.generateTypes",
    args: v.object({
      capture: v.optional(v.string()),
      language: v.picklist(typeLanguageNames),
      scope: v.optional(exportScope, "all"),
      /** Default: none, an unsaved document. */
      path: v.optional(v.string()),
    }),
    ask: async (chosen) => {
      const capture = context.captures.get(captureOf(context, undefined, chosen));
      if (!capture?.messages) throw new Refusal("There are no types to tell: this capture holds no message.");
      const { node } = chosen;
      const topic = node?.kind === "list" ? node.topic : undefined;
      const rows = typeLanguages.map(({ name, title: label, detail: description }) => ({ label, description, name }));
      const answer = await vscode.window.showQuickPick(rows, {
        title: t("Generate types of {0}", plain(topic ?? capture.origin.name)),
        placeHolder: t("Names and types by topic and action, no values"),
      });
      if (!answer) return undefined;
      return { capture: capture.id, language: answer.name, ...(topic === undefined ? {} : { scope: { topic } }) };
    },
    run: async ({ capture: named, language: name, scope, path: target }, byPerson) => {
      const capture = captureOf(context, named);
      const place = target === undefined ? undefined : absolute(target);
      const write = async (options: CallOptions): Promise<string> => {
        const outlines = await context.engine().outlines({ capture, scope }, options);
        if (outlines.kinds.length === 0) throw new Refusal("No message of these holds JSON, so there are no types.");
        const origin = context.captures.get(capture)?.origin.name ?? capture;
        const header = typeHeader(context.tool, origin, outlines);
        return generatedTypes(context.generator, { outlines, language: name, header }, options.signal);
      };
      const text = await (byPerson ? withProgress(t("Generating types"), write) : write({}));
      const { language, fileName } = typeLanguages.find((each) => each.name === name) ?? typeLanguages[0];
      if (place === undefined) await showUnsaved(path.join(folderOf(context), fileName), { text, language });
      else await writeFile(place, { text, language }, true);
      return { text, ...(place === undefined ? {} : { path: place }) };
    },
  }),
];

/** Where the workspace keeps its fixtures. */
const folderOf = ({ settings }: CommandContext): string =>
  path.resolve(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? os.homedir(), settings.fixturesFolder);
