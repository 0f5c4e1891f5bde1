import * as vscode from "vscode";
import * as v from "valibot";
import { detailContract, type Beside, type DetailContract, type DetailHandlers, type Shown } from "../protocol/detail";
import { Refusal, serve, type Args, type Call, type CallOptions, type Server } from "../protocol/rpc";
import { messageOf } from "./capture";
import { copied } from "./copied";
import { DetailDocuments, type DocumentsContext } from "./detailDocuments";
import { pageHtml, pageOptions, portOf } from "./detailPage";
import { plain } from "./labels";
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
  compare: "mispStream.compare",
  showDrift: "mispStream.filter",
} as const;

/** Which message the pane shows, and the list it was chosen from: that of a topic, of an event, or all messages. */
export interface MessageRef {
  capture: string;
  seq: number;
  topic?: string | undefined;
  event?: string | undefined;
}

const restored = v.object({
  capture: v.string(),
  seq: v.pipe(v.number(), v.integer(), v.minValue(1)),
  topic: v.optional(v.string()),
  event: v.optional(v.string()),
});

export interface DetailContext extends DocumentsContext {
  readonly extensionUri: vscode.Uri;
  readonly settings: Settings;
  readonly model: TreeModel;
  readonly tree: Pick<CapturesTree, "select">;
  /** The message shown last, for a pane whose own state VS Code had not stored before a reload. */
  readonly memory: { get(): unknown; set(message: MessageRef | undefined): void };
  /** Resolves when the captures of a reloaded window are open again. */
  readonly ready: () => Promise<void>;
}

/** The detail pane: one webview beside the editor that pulls what it shows. */
export class DetailPane implements vscode.WebviewPanelSerializer, vscode.Disposable {
  readonly #documents: DetailDocuments;
  #panel: vscode.WebviewPanel | undefined;
  #server: Server<typeof detailContract> | undefined;
  #ref: MessageRef | undefined;
  /** The message asked for last, while it is being opened. */
  #chosen: MessageRef | undefined;
  /** The newest message of the list, as the pane knows it. */
  #newest: number | undefined;
  /** The newest message of the list when the shown one was opened; what comes later is new. */
  #since = 0;
  /** What of the capture and the settings the pane knows. */
  #known = "";
  #asking = false;

  constructor(private readonly context: DetailContext) {
    this.#documents = new DetailDocuments(context);
  }

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
      await this.#documents.open(ref);
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
          pageOptions(this.context.extensionUri),
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

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel?.dispose();
    this.#panel = panel;
    panel.webview.options = pageOptions(this.context.extensionUri);
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
      this.#documents.close();
    });
    panel.webview.html = pageHtml(panel.webview, this.context.extensionUri);
  }

  #handlers(panel: vscode.WebviewPanel): DetailHandlers {
    const engine = this.context.engine;
    return {
      shown: () => this.#shown(panel),
      readMessage: (args, call) => engine().readMessage(args, passedOn(call)),
      tellMessage: (args, call) => engine().tellMessage(args, passedOn(call)),
      jsonRows: (args) => engine().jsonRows(args),
      unmask: (args) => engine().unmask(args),
      toggle: (args) => engine().toggle(args),
      find: (args, call) => engine().find(args, passedOn(call)),
      reveal: (args) => engine().reveal(args),
      raw: (args) => engine().raw(args),
      history: (args, call) => engine().history(args, passedOn(call)),
      driftOf: (args) => engine().driftOf(args),
      copy: async (args) => {
        const message = this.#documents.shown?.message;
        if (!message) throw new Refusal("There is no message to copy.");
        await vscode.env.clipboard.writeText(await copied(engine(), message, args));
        return {};
      },
      act: async (args) => {
        await this.#act(args);
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
      const [opened, beside] = await Promise.all([this.#documents.open(ref), this.#beside(ref)]);
      if (this.#panel !== panel) return {};
      this.#documents.isKnown(opened.message.document);
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

  /** The shown message as a row of the list it was chosen from, for commands that work on rows. */
  #node(ref: MessageRef): MessageNode | undefined {
    const row = this.#documents.shown?.message.row;
    return row && this.context.model.messageNode(this.context.model.listNode(ref.capture, ref.topic, ref.event), row);
  }

  async #act({ act, seq, with: other }: Args<DetailContract["methods"]["act"]>): Promise<void> {
    const ref = this.#ref;
    if (!ref) return;
    if (act === "newer" || act === "older" || act === "newest") return this.#step(ref, act);
    if (act === "open") return this.#openBeside(ref, seq ?? ref.seq);
    if (act === "toggleUtc" || act === "toggleRelative") {
      const { utc, relative } = this.context.settings.time;
      return this.context.settings.setTime(
        act === "toggleUtc" ? { utc: !utc, relative } : { utc, relative: !relative },
      );
    }
    const message = { capture: ref.capture, seq: seq ?? ref.seq };
    const argument = {
      compare: { ...message, ...(other === undefined ? {} : { with: other }) },
      showDrift: { text: "has:drift" },
      focusTree: undefined,
      revealInTree: this.#node(ref),
      openAsDocument: this.#node(ref),
      export: this.#node(ref),
    }[act];
    try {
      await vscode.commands.executeCommand(COMMANDS[act], ...(argument ? [argument] : []));
    } catch (error) {
      // Of what a command throws only its message arrives; what is a bug the command has logged.
      throw new Refusal(messageOf(error));
    }
  }

  async #step(ref: MessageRef, to: "newer" | "older" | "newest"): Promise<void> {
    const known = to === "newest" && this.#newest !== ref.seq ? this.#newest : undefined;
    const seq = known ?? (await this.context.engine().beside(ref))[to];
    // Another message that was chosen meanwhile has precedence.
    if (seq === undefined || seq === ref.seq || this.#chosen || this.#ref !== ref) return;
    const next = { ...ref, seq };
    await this.show(next, false, to === "newest" ? seq : 0);
    const node = to === "newest" || this.#ref !== next ? undefined : this.#node(next);
    if (node) await this.context.tree.select(node);
  }

  /** A message of the same capture, in the list the shown one was chosen from where it is in that, too. */
  async #openBeside(ref: MessageRef, seq: number): Promise<void> {
    const { topic, eventId = "" } = await this.context.engine().message({ capture: ref.capture, seq });
    const isInList = ref.event === undefined ? topic === ref.topic : eventId === ref.event;
    if (this.#ref === ref) await this.show(isInList ? { ...ref, seq } : { capture: ref.capture, seq }, false);
  }
}

/** The engine's progress goes to whoever asked here, and a cancel to the engine. */
const passedOn = (call: Call): CallOptions => ({
  signal: call.signal,
  onProgress: (progress) => call.progress(progress),
});
