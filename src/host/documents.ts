import * as vscode from "vscode";
import { sizeText } from "../core/quantity";
import type { Engine, MessageRow } from "../protocol/engine";
import { Refusal } from "../protocol/rpc";
import { messageOf } from "./capture";
import { comparisonTitle } from "./compare";

const SCHEME = "misp-stream";
/** In package.json both have `editor.links` off: an indicator is never a link. The first has JSON's colours. */
const LANGUAGE = "misp-json";
const REPORT_LANGUAGE = "misp-report";
/** Of the payload. Indented it is up to three times as long, and VS Code hands extensions no document above 50 MB. */
const MAX_BYTES = 20_000_000;

const REPORTS = "/report/";
const MAX_REPORTS = 20;

/** How a document shows a message: as it came, or for a comparison, where what is sensitive is masked or told. */
const FORMS = { asSent: "", sorted: "sorted", revealed: "revealed" } as const;
type Form = (typeof FORMS)[keyof typeof FORMS];

/** A message's payload as a read-only editor: indented JSON, every number as sent. And reports of our own. */
export class MessageDocuments implements vscode.TextDocumentContentProvider {
  /** By the path of their documents. */
  readonly #reports = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;

  constructor(
    private readonly engine: () => Engine,
    /** Resolves when the captures of a reloaded window are open again. */
    private readonly ready: () => Promise<void>,
  ) {}

  register(): vscode.Disposable {
    // Those that a reloaded window brings back come in the language of their ending, in which a url is a link.
    const restored = vscode.workspace.onDidOpenTextDocument((document) => void speak(document));
    for (const document of vscode.workspace.textDocuments) void speak(document);
    const provider = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
    return vscode.Disposable.from(this.#changed, restored, provider);
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    if (uri.path.startsWith(REPORTS))
      return this.#reports.get(uri.path) ?? "This report was not kept. Run its command again.";
    const [, capture = "", seq = ""] = /^\/([a-z0-9-]+)\/(\d+)\//.exec(uri.path) ?? [];
    await this.ready();
    try {
      const message = { capture, seq: Number(seq) };
      refuseLarge(await this.engine().message(message));
      const { text } =
        uri.query === FORMS.asSent
          ? await this.engine().pretty(message)
          : await this.engine().sorted({ ...message, reveal: uri.query === FORMS.revealed });
      return text;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** Shows text of our own as a read-only document; under a title that is open already the text is renewed. */
  async showReport(title: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `${REPORTS}${title.replace(/[/:]+/g, "-")}.txt` });
    this.#reports.delete(uri.path);
    this.#reports.set(uri.path, text);
    for (const oldest of this.#reports.keys()) {
      if (this.#reports.size <= MAX_REPORTS) break;
      this.#reports.delete(oldest);
    }
    this.#changed.fire(uri);
    const document = await speak(await vscode.workspace.openTextDocument(uri));
    await vscode.window.showTextDocument(document, { preview: true });
  }

  /** Refused for a message too large to be a document. */
  async show(capture: string, seq: number): Promise<void> {
    const row = await this.engine().message({ capture, seq });
    const document = await speak(await vscode.workspace.openTextDocument(uriOf(capture, row, FORMS.asSent)));
    await vscode.window.showTextDocument(document, { preview: true });
  }

  /** Two messages in VS Code's diff editor, the earlier one on the left. Refused where one is too large. */
  async compare(capture: string, seqs: readonly [number, number], reveal: boolean): Promise<void> {
    const [before, after] = seqs[0] < seqs[1] ? seqs : [seqs[1], seqs[0]];
    const form = reveal ? FORMS.revealed : FORMS.sorted;
    const [left, right] = await Promise.all([
      this.engine().message({ capture, seq: before }),
      this.engine().message({ capture, seq: after }),
    ]);
    const [one, other] = [uriOf(capture, left, form), uriOf(capture, right, form)];
    for (const uri of [one, other]) await speak(await vscode.workspace.openTextDocument(uri));
    await vscode.commands.executeCommand("vscode.diff", one, other, comparisonTitle(before, right), { preview: true });
  }
}

/** Refuses a message too large to be a document. */
function uriOf(capture: string, row: MessageRow, form: Form): vscode.Uri {
  refuseLarge(row);
  const { seq, topic } = row;
  const name = topic.replace(/[^\w-]+/g, "-").slice(0, 80) || "message";
  return vscode.Uri.from({ scheme: SCHEME, path: `/${capture}/${seq}/${name} #${seq}.json`, query: form });
}

/** Gives a document of ours the language in which nothing is a link. */
async function speak(document: vscode.TextDocument): Promise<vscode.TextDocument> {
  const { uri, languageId } = document;
  if (uri.scheme !== SCHEME) return document;
  const language = uri.path.startsWith(REPORTS) ? REPORT_LANGUAGE : LANGUAGE;
  return languageId === language ? document : vscode.languages.setTextDocumentLanguage(document, language);
}

function refuseLarge({ bytes }: Pick<MessageRow, "bytes">): void {
  if (bytes <= MAX_BYTES) return;
  throw new Refusal(
    `This message has ${sizeText(bytes)}. As a document at most ${sizeText(MAX_BYTES)} are opened: larger ones slow down the editor. Read it in the detail pane, copy it from there, or export it.`,
  );
}
