/** What a person is asked before an export: which messages, how, what is redacted, whether that is meant, and where to. */
import * as os from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import { formatOf, formats, type Format, type FormatName } from "../../core/fixture/formats";
import { profiles as allProfiles, type ProfileName } from "../../core/redact/profiles";
import { topicOf } from "../../core/topics";
import type { ExportPreview, ExportScope, Redaction } from "../../protocol/export";
import type { CaptureView } from "../capture";
import { gateOf, previewParts } from "../exportPreview";
import { messages, plain } from "../labels";
import type { ListNode, MessageNode } from "../tree/nodes";
import type { Chosen } from "./command";
import type { CommandContext } from "./context";
import { withProgress } from "./progress";
import { inSteps, pickInStep, type Answer } from "./steps";

const { t } = vscode.l10n;

export interface Wanted {
  path: string;
  format: FormatName;
  scope: ExportScope;
  redact: Redaction | false;
  capture: string;
  /** The newest message that was looked at. */
  upTo: number;
  open: boolean;
}

type ScopeRow = vscode.QuickPickItem & { scope: ExportScope };
type PreviewRow = vscode.QuickPickItem & { open?: boolean };

/** What is known before anything is asked. */
export interface Given {
  readonly scope: ExportScope;
  /** Of the fixture. */
  readonly name: string;
}

/** Undefined: the person changed their mind. */
export async function askExport(
  context: CommandContext,
  capture: CaptureView,
  chosen: Chosen,
  given?: Given,
): Promise<Wanted | undefined> {
  const { exportMemory } = context;
  const title = t("Export from {0}", plain(capture.origin.name));
  const listed = given ? given.scope : chosen.node?.kind === "list" ? listScope(chosen.node) : undefined;
  let scope: ExportScope = listed ?? "all";
  let format: FormatName = "jsonl";
  let profiles: readonly ProfileName[] = ["secrets"];
  let open = false;
  let preview: ExportPreview | undefined;

  const steps = listed ? 3 : 4;
  const redaction = (): Redaction | undefined =>
    profiles.length > 0 ? { profiles: [...profiles], seed: exportMemory.seed() } : undefined;

  const askScope = async (): Promise<Answer<object>> => {
    const answer = await pickInStep({
      ...{ title, steps, step: 1, placeholder: t("Which messages") },
      items: scopeRows(context, capture, chosen),
    });
    if (Array.isArray(answer)) scope = (answer[0] as ScopeRow).scope;
    return answer;
  };
  const askFormat = async (): Promise<Answer<object>> => {
    const answer = await pickInStep({
      ...{ title, steps, step: steps - 2, placeholder: t("In which format") },
      items: formats.map(({ name, title: label, detail, kind }) => ({
        ...{ label, description: name, detail, name },
        iconPath: new vscode.ThemeIcon(kind === "file" ? "file" : "folder"),
      })),
    });
    if (Array.isArray(answer)) format = (answer[0] as { name: FormatName }).name;
    return answer;
  };
  const askProfiles = async (): Promise<Answer<object>> => {
    const items = allProfiles.map(({ name, title: label, detail: description }) => ({ label, description, name }));
    const answer = await pickInStep({
      ...{ title, steps, step: steps - 1, placeholder: t("What is replaced by placeholders; nothing: as it came") },
      ...{ items, picked: items.filter(({ name }) => profiles.includes(name)) },
    });
    if (Array.isArray(answer)) profiles = answer.map(({ name }: { name: ProfileName }) => name);
    return answer;
  };
  const askWhetherMeant = async (): Promise<Answer<object>> => {
    const redact = redaction();
    preview = await withProgress(t("Looking at what will be written"), (options) =>
      context.engine().previewExport({ capture: capture.id, scope, ...(redact && { redact }) }, options),
    );
    const answer = await pickInStep<PreviewRow>({
      ...{ title, steps, step: steps, placeholder: t("Nothing is written yet") },
      items: previewRows(preview, profiles.length > 0),
      canChoose: (row) => row.open !== undefined,
    });
    if (Array.isArray(answer)) open = (answer[0] as PreviewRow).open ?? false;
    return answer;
  };

  if (!(await inSteps([...(listed ? [] : [askScope]), askFormat, askProfiles, askWhetherMeant])) || !preview)
    return undefined;
  const agreed = await passGate(preview, profiles);
  if (!agreed) return undefined;
  profiles = agreed;
  const uri = await askPlace(context, formatOf(format), given?.name ?? capture.origin.name);
  if (!uri) return undefined;
  exportMemory.folder = path.dirname(uri.fsPath);
  const { lastSeq: upTo } = preview;
  return { path: uri.fsPath, format, scope, redact: redaction() ?? false, capture: capture.id, upTo, open };
}

/** What is to be redacted after all; undefined: the person changed their mind. */
async function passGate(
  { sensitive }: ExportPreview,
  chosen: readonly ProfileName[],
): Promise<readonly ProfileName[] | undefined> {
  const gate = gateOf(sensitive, chosen, t);
  if (!gate) return chosen;
  const [redacted, all] = [t("Export redacted"), t("Export all")];
  const detail = t("The file will hold them in full unless redacted.");
  const answer = await vscode.window.showWarningMessage(gate.question, { modal: true, detail }, redacted, all);
  if (answer === redacted) return gate.profiles;
  return answer === all ? chosen : undefined;
}

function previewRows(preview: ExportPreview, redacts: boolean): PreviewRow[] {
  const told = previewParts(preview, redacts, t).flatMap(({ title, lines }) => [
    { label: title, kind: vscode.QuickPickItemKind.Separator },
    ...lines,
  ]);
  return [
    { label: t("Export…"), iconPath: new vscode.ThemeIcon("export"), open: false },
    { label: t("Export and open…"), iconPath: new vscode.ThemeIcon("go-to-file"), open: true },
    ...told,
  ];
}

/** Where the last export of this workspace went, else where the setting says. */
export function placeOf({ exportMemory, settings }: CommandContext, format: Format, name: string): string {
  const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? os.homedir();
  const folder = exportMemory.folder ?? path.resolve(workspace, settings.fixturesFolder);
  const stem = name.replace(/[^\w-]+/g, "-").slice(0, 80) || "capture";
  return path.join(folder, format.kind === "file" ? `${stem}.misp.${format.extension}` : `${stem}-${format.name}`);
}

async function askPlace(context: CommandContext, format: Format, name: string): Promise<vscode.Uri | undefined> {
  return vscode.window.showSaveDialog({
    title: format.kind === "file" ? t("Export to a fixture") : t("Export to a new folder"),
    defaultUri: vscode.Uri.file(placeOf(context, format, name)),
    saveLabel: t("Export"),
    ...(format.kind === "file" ? { filters: { [t("MISP messages")]: [format.extension] } } : {}),
  });
}

function scopeRows(context: CommandContext, capture: CaptureView, chosen: Chosen): ScopeRow[] {
  const nodes = chosen.nodes.length > 1 || chosen.node ? chosen.nodes : context.tree.selection;
  const selected = nodes.filter((node): node is MessageNode => node.kind === "message" && node.capture === capture.id);
  const rows: ScopeRow[] = [];
  if (selected.length > 0)
    rows.push({
      label: t("Selected messages"),
      description: messages(selected.length),
      scope: { seqs: selected.map(({ row }) => row.seq) },
    });
  const lists = nodes.map((node) => (node.kind === "message" ? node.parent : node));
  const list = lists.find((node): node is ListNode => node.kind === "list" && node.capture === capture.id);
  const [first] = selected;
  const topic = list?.topic ?? first?.row.topic;
  const event = list?.event ?? first?.row.eventId;
  if (topic !== undefined) rows.push({ label: t("Topic {0}", plain(topicOf(topic).short)), scope: { topic } });
  if (event)
    rows.push({
      label: t("Event {0}", plain(event)),
      description: t("with everything that belongs to it"),
      scope: { event },
    });
  if (context.filter.text)
    rows.push({
      label: t("What the filter shows"),
      description: `${messages(capture.matches ?? 0)}, ${plain(context.filter.text)}`,
      scope: "filtered",
    });
  rows.push({ label: t("All messages"), description: messages(capture.messages), scope: "all" });
  return rows;
}

/** What an export of this list holds; undefined for all messages, and for those of no event. */
function listScope({ topic, event }: ListNode): ExportScope | undefined {
  if (topic !== undefined) return { topic };
  return event ? { event } : undefined;
}
