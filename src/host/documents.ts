import * as vscode from "vscode";
import { sizeText } from "../core/quantity";
import type { Engine } from "../protocol/engine";
import { Refusal } from "../protocol/rpc";
import { messageOf } from "./capture";

const SCHEME = "misp-stream";
const LANGUAGE = "misp-json"; // JSON's colours, and in package.json `editor.links` off: an indicator is never a link
/** Of the payload. Indented it is up to three times as long, and VS Code hands extensions no document above 50 MB. */
const MAX_BYTES = 20_000_000;

const REPORTS = "/report/";
const MAX_REPORTS = 20;

/** A message's payload as a read-only editor: indented JSON, every number as sent. */
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
    return vscode.Disposable.from(this.#changed, vscode.workspace.registerTextDocumentContentProvider(SCHEME, this));
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    if (uri.path.startsWith(REPORTS))
      return this.#reports.get(uri.path) ?? "This report was not kept. Run its command again.";
    const [, capture = "", seq = ""] = /^\/([a-z0-9-]+)\/(\d+)\//.exec(uri.path) ?? [];
    await this.ready();
    try {
      const message = { capture, seq: Number(seq) };
      refuseLarge((await this.engine().message(message)).bytes);
      return (await this.engine().pretty(message)).text;
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
    await vscode.window.showTextDocument(uri, { preview: true });
  }

  /** Refused for a message too large to be a document. */
  async show(capture: string, seq: number): Promise<void> {
    const { topic, bytes } = await this.engine().message({ capture, seq });
    refuseLarge(bytes);
    const name = topic.replace(/[^\w-]+/g, "-").slice(0, 80) || "message";
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${capture}/${seq}/${name} #${seq}.json` });
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, LANGUAGE);
    await vscode.window.showTextDocument(document, { preview: true });
  }
}

function refuseLarge(bytes: number): void {
  if (bytes <= MAX_BYTES) return;
  throw new Refusal(
    `This message has ${sizeText(bytes)}. As a document at most ${sizeText(MAX_BYTES)} are opened: larger ones slow down the editor. Read it in the detail pane, copy it from there, or export it.`,
  );
}
