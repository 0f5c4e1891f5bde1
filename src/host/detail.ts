import * as vscode from "vscode";
import * as v from "valibot";
import { visible } from "../core/text";
import {
  detailContract,
  type Beside,
  type CopyWhat,
  type DetailAct,
  type DetailHandlers,
  type Shown,
} from "../protocol/detail";
import type { Engine } from "../protocol/engine";
import { Refusal, serve, type Call, type CallOptions, type Port, type Server } from "../protocol/rpc";
import { messageOf } from "./capture";
import type { Captures } from "./captures";
import type { Log } from "./log";
import { plain } from "./labels";
import { payloadHex, payloadText } from "./payload";
import type { Settings } from "./settings";
import type { TreeModel } from "./tree/model";
import type { MessageNode } from "./tree/nodes";
import type { CapturesTree } from "./tree/view";

const VIEW_TYPE = "mispStream.detail";

const COMMANDS = {
  revealInTree: "mispStream.revealInTree",
  focusTree: "mispStream.captures.focus",
  openAsDocument: "mispStream.openAsDocument",
  export: "mispStream.export",
} as const;

/** Which message the pane shows, and the list it was chosen from (absent topic: all messages). */
export interface MessageRef {
  capture: string;
  seq: number;
  topic?: string | undefined;
}

const restored = v.object({
  capture: v.string(),
  seq: v.pipe(v.number(), v.integer(), v.minValue(1)),
  topic: v.optional(v.string()),
});

export interface DetailContext {
  readonly extensionUri: vscode.Uri;
  readonly engine: () => Engine;
  readonly captures: Captures;
  readonly settings: Settings;
  readonly log: Log;
  readonly model: TreeModel;
  readonly tree: Pick<CapturesTree, "select">;
  /** The message shown last, for a pane whose own state VS Code had not stored before a reload. */
  readonly memory: { get(): unknown; set(message: MessageRef | undefined): void };
  /** Resolves when the captures of a reloaded window are open again. */
  readonly ready: () => Promise<void>;
}

interface OpenedDocument {
  readonly id: string;
  readonly ref: MessageRef;
  readonly shown: Omit<Shown, "beside" | "wasNewest" | "settings">;
}

/** The detail pane: one webview beside the editor that pulls what it shows. */
export class DetailPane implements vscode.WebviewPanelSerializer, vscode.Disposable {
  #panel: vscode.WebviewPanel | undefined;
  #server: Server<typeof detailContract> | undefined;
  #ref: MessageRef | undefined;
  /** The message asked for last, while it is being opened. */
  #chosen: MessageRef | undefined;
  #document: OpenedDocument | undefined;
  /** Documents shown before: the pane reads in the last of them until it is told of the next. */
  readonly #superseded = new Set<string>();
  /** The newest message of the list, as the pane knows it. */
  #newest: number | undefined;
  /** The newest message of the list when the shown one was opened; what comes later is new. */
  #since = 0;
  /** What of the capture and the settings the pane knows. */
  #known = "";
  #asking = false;

  constructor(private readonly context: DetailContext) {}

  get message(): MessageRef | undefined {
    return this.#ref;
  }

  /**
   * Rejects when the message is not kept (any more). Of messages asked for at the same time the last is shown. What came
   * after `since` counts as new; absent: what comes from now on.
   */
  async show(ref: MessageRef, focus: boolean, since = 0): Promise<void> {
    this.#chosen = ref;
    try {
      await this.#open(ref);
    } catch (error) {
      if (this.#chosen !== ref) return;
      this.#chosen = undefined;
      throw error;
    }
    if (this.#chosen !== ref) return;
    this.#chosen = undefined;
    this.#ref = ref;
    this.#since = since;
    this.#newest = undefined;
    this.context.memory.set(ref);
    if (!this.#panel) {
      this.#adopt(
        vscode.window.createWebviewPanel(
          VIEW_TYPE,
          "MISP message",
          { viewColumn: vscode.ViewColumn.Beside, preserveFocus: !focus },
          this.#options(),
        ),
      );
      return;
    }
    if (!this.#panel.visible || focus) this.#panel.reveal(undefined, !focus);
    this.#server?.emit("changed", {});
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    this.#ref ??= [state, this.context.memory.get()].flatMap((kept) => {
      const parsed = v.safeParse(restored, kept);
      return parsed.success ? [parsed.output] : [];
    })[0];
    this.#adopt(panel);
  }

  /** Something besides the message may have changed: the settings, or what is in its list. */
  touch(): void {
    const ref = this.#ref;
    if (!this.#panel?.visible || !ref || this.#asking) return;
    const [known, settings] = [this.#known, this.#settingsText()];
    if (!known.startsWith(settings)) return this.#server?.emit("changed", {});
    if (known === settings + this.#figuresText(ref)) return;
    this.#asking = true;
    this.#beside(ref)
      .then(
        (beside) => ref === this.#ref && this.#server?.emit("beside", beside),
        (error: unknown) => this.context.log.debug(messageOf(error)),
      )
      .finally(() => (this.#asking = false));
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  #options(): vscode.WebviewOptions {
    return {
      enableScripts: true,
      enableCommandUris: false,
      enableForms: false,
      localResourceRoots: [vscode.Uri.joinPath(this.context.extensionUri, "dist")],
    };
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel?.dispose();
    this.#panel = panel;
    panel.webview.options = this.#options();
    panel.iconPath = vscode.Uri.joinPath(this.context.extensionUri, "media", "pane.svg");
    const server = serve(portOf(panel.webview), detailContract, this.#handlers(panel), (error) =>
      this.context.log.error(error instanceof Error ? error : String(error)),
    );
    this.#server = server;
    panel.onDidDispose(() => {
      server.dispose();
      if (this.#panel !== panel) return;
      this.#panel = undefined;
      this.#server = undefined;
      this.#ref = undefined;
      this.#close();
    });
    panel.webview.html = this.#html(panel.webview);
  }

  #html(webview: vscode.Webview): string {
    const nonce = crypto.randomUUID();
    const file = (name: string): vscode.Uri =>
      webview.asWebviewUri(vscode.Uri.joinPath(this.context.extensionUri, "dist", name));
    const csp = `default-src 'none'; style-src ${webview.cspSource}; font-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
    return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${csp}">
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="${file("webview.css").toString()}">
<title>MISP message</title>
</head>
<body><div id="pane" class="pane"></div><script nonce="${nonce}" src="${file("webview.js").toString()}"></script></body>
</html>`;
  }

  #handlers(panel: vscode.WebviewPanel): DetailHandlers {
    const engine = this.context.engine;
    return {
      shown: () => this.#shown(panel),
      readMessage: (args, call) => engine().readMessage(args, passedOn(call)),
      tellMessage: (args, call) => engine().tellMessage(args, passedOn(call)),
      jsonRows: (args) => engine().jsonRows(args),
      toggle: (args) => engine().toggle(args),
      find: (args, call) => engine().find(args, passedOn(call)),
      reveal: (args) => engine().reveal(args),
      raw: (args) => engine().raw(args),
      copy: async ({ document, what, node }) => {
        await vscode.env.clipboard.writeText(await this.#copied(document, what, node));
        return {};
      },
      act: async ({ act }) => {
        await this.#act(act);
        return {};
      },
      report: ({ message, stack }) => {
        this.context.log.error(`Detail pane: ${message}${stack ? `\n${stack}` : ""}`);
        return {};
      },
    };
  }

  async #shown(panel: vscode.WebviewPanel): Promise<{ shown?: Shown; sentence?: string }> {
    await this.context.ready();
    const ref = this.#ref;
    if (ref && !this.context.captures.get(ref.capture))
      return { sentence: "The capture of this message was removed. Choose another message in the tree." };
    if (!ref) return { sentence: "Choose a message in the tree to see what it means and what came." };
    try {
      const [opened, beside] = await Promise.all([this.#open(ref), this.#beside(ref)]);
      if (this.#panel !== panel) return {};
      // Sooner, and the pane would be refused what it still reads.
      this.#superseded.delete(opened.message.document);
      this.#closeSuperseded();
      panel.title = `${plain(opened.message.title)} #${ref.seq}`;
      const { singleKeys, time } = this.context.settings;
      return {
        shown: {
          ...opened,
          beside,
          wasNewest: this.#since === ref.seq,
          settings: { singleKeys, ...time },
        },
      };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { sentence: messageOf(error) };
    }
  }

  #settingsText(): string {
    return JSON.stringify([this.context.settings.singleKeys, this.context.settings.time]);
  }

  #figuresText({ capture }: MessageRef): string {
    const { firstSeq, lastSeq, shown, matches } = this.context.captures.get(capture) ?? {};
    return [firstSeq, lastSeq, shown, matches].join();
  }

  /** What is beside the message now; noted as known. */
  async #beside(ref: MessageRef): Promise<Beside> {
    this.#known = this.#settingsText() + this.#figuresText(ref);
    if (!this.context.captures.get(ref.capture)) return { newer: false, older: false, arrived: 0, kept: false };
    const beside = await this.context.engine().beside({ ...ref, since: this.#since || ref.seq });
    if (this.#ref === ref) this.#newest = beside.newest;
    if (this.#since === 0) {
      this.#since = Math.max(ref.seq, beside.newest ?? 0);
      beside.arrived = 0;
    }
    const { newer, older, arrived, kept } = beside;
    return { newer: newer !== undefined, older: older !== undefined, arrived, kept };
  }

  async #open(ref: MessageRef): Promise<OpenedDocument["shown"]> {
    if (this.#document?.ref.capture === ref.capture && this.#document.ref.seq === ref.seq) {
      const { id: document, shown } = this.#document;
      const open = await this.context
        .engine()
        .raw({ document, from: 0, count: 0 })
        .catch(() => undefined);
      if (open) return shown;
    }
    const message = await this.context.engine().openMessage({ capture: ref.capture, seq: ref.seq });
    const origin = (
      this.context.captures.get(ref.capture) ??
      (await this.context.captures.current()).find(({ id }) => id === ref.capture)
    )?.origin;
    const shown = {
      capture: ref.capture,
      captureName: origin?.name ?? "",
      ...(origin?.endpoint === undefined ? {} : { endpoint: origin.endpoint }),
      message,
    };
    if (this.#document) this.#superseded.add(this.#document.id);
    this.#document = { id: message.document, ref, shown };
    return shown;
  }

  #close(): void {
    if (this.#document) this.#superseded.add(this.#document.id);
    this.#document = undefined;
    this.#closeSuperseded();
  }

  #closeSuperseded(): void {
    for (const document of this.#superseded)
      this.context
        .engine()
        .closeMessage({ document })
        .catch((error: unknown) => this.context.log.debug(messageOf(error)));
    this.#superseded.clear();
  }

  async #copied(document: string, what: CopyWhat, node?: number): Promise<string> {
    const engine = this.context.engine();
    if (what === "message" || what === "hex" || node === undefined) {
      if (!this.#ref) throw new Refusal("There is no message to copy.");
      if (what === "hex") return payloadHex(engine, this.#ref.capture, this.#ref.seq);
      const text = await payloadText(engine, this.#ref.capture, this.#ref.seq);
      return what === "escaped" ? visible(text) : text;
    }
    const { value, path } = await engine.value({ document, node });
    if (what === "path") return path;
    return what === "escaped" ? visible(value) : value;
  }

  /** The shown message as a row of the list it was chosen from, for commands that work on rows. */
  #node(ref: MessageRef): MessageNode | undefined {
    const row = this.#document?.shown.message.row;
    return row && this.context.model.messageNode(this.context.model.listNode(ref.capture, ref.topic), row);
  }

  async #act(act: DetailAct): Promise<void> {
    const ref = this.#ref;
    if (!ref) return;
    if (act === "newer" || act === "older" || act === "newest") {
      const known = act === "newest" && this.#newest !== ref.seq ? this.#newest : undefined;
      const seq = known ?? (await this.context.engine().beside(ref))[act];
      // Another message that was chosen meanwhile has precedence.
      if (seq === undefined || seq === ref.seq || this.#chosen || this.#ref !== ref) return;
      const next = { ...ref, seq };
      await this.show(next, false, act === "newest" ? seq : 0);
      const node = act === "newest" || this.#ref !== next ? undefined : this.#node(next);
      if (node) await this.context.tree.select(node);
    } else if (act === "toggleUtc" || act === "toggleRelative") {
      const { utc, relative } = this.context.settings.time;
      await this.context.settings.setTime(act === "toggleUtc" ? { utc: !utc, relative } : { utc, relative: !relative });
    } else {
      await vscode.commands.executeCommand(COMMANDS[act], ...(act === "focusTree" ? [] : [this.#node(ref)]));
    }
  }
}

/** The engine's progress goes to whoever asked here, and a cancel to the engine. */
const passedOn = (call: Call): CallOptions => ({
  signal: call.signal,
  onProgress: (progress) => call.progress(progress),
});

const portOf = (webview: vscode.Webview): Port => ({
  post: (message) => void webview.postMessage(message),
  listen: (receive) => webview.onDidReceiveMessage(receive),
});
