import * as vscode from "vscode";
import type { Engine } from "../protocol/engine";
import { overviewContract, type OverviewAct } from "../protocol/overviewPane";
import { serve, type Server } from "../protocol/rpc";
import * as v from "valibot";
import type { CaptureView } from "./capture";
import type { Captures } from "./captures";
import { pageHtml, pageOptions, portOf } from "./detailPage";
import type { FilterState } from "./filterState";
import { plain } from "./labels";
import type { Log } from "./log";
import { overviewAnswers } from "./overviewAnswers";
import type { Settings } from "./settings";
import type { TreeModel } from "./tree/model";

const VIEW_TYPE = "mispStream.overview";
const restored = v.object({ capture: v.string() });

/** Those of a capture are run on its row of the tree, as from its menu. */
const COMMANDS: Readonly<Record<OverviewAct, { id: string; isOfCapture: boolean }>> = {
  pause: { id: "mispStream.pause", isOfCapture: true },
  resume: { id: "mispStream.resume", isOfCapture: true },
  export: { id: "mispStream.export", isOfCapture: true },
  showLosses: { id: "mispStream.showLosses", isOfCapture: true },
  enterPassword: { id: "mispStream.enterPassword", isOfCapture: true },
  changeEndpoint: { id: "mispStream.changeEndpoint", isOfCapture: true },
  retry: { id: "mispStream.retry", isOfCapture: true },
  connect: { id: "mispStream.retry", isOfCapture: true },
  disconnect: { id: "mispStream.disconnect", isOfCapture: true },
  diagnose: { id: "mispStream.diagnoseCapture", isOfCapture: true },
  filter: { id: "mispStream.filter", isOfCapture: false },
  clearFilter: { id: "mispStream.clearFilter", isOfCapture: false },
  showLog: { id: "mispStream.showLog", isOfCapture: false },
  toggleUtc: { id: "mispStream.toggleUtc", isOfCapture: false },
};

export interface OverviewContext {
  readonly extensionUri: vscode.Uri;
  readonly engine: () => Engine;
  readonly captures: Captures;
  readonly filter: FilterState;
  readonly settings: Settings;
  readonly model: TreeModel;
  readonly log: Log;
  /** The capture shown last, for an overview whose own state VS Code had not stored before a reload. */
  readonly memory: { get(): string | undefined; set(capture: string): void };
  /** Resolves when the captures of a reloaded window are open again. */
  readonly ready: () => Promise<void>;
}

/** The overview of a capture: one webview that pulls what it shows. */
export class OverviewPanel implements vscode.WebviewPanelSerializer, vscode.Disposable {
  #panel: vscode.WebviewPanel | undefined;
  #server: Server<typeof overviewContract> | undefined;
  #capture: string | undefined;

  constructor(private readonly context: OverviewContext) {}

  show(capture: string): void {
    this.#capture = capture;
    this.context.memory.set(capture);
    if (!this.#panel) {
      const options = pageOptions(this.context.extensionUri);
      this.#adopt(vscode.window.createWebviewPanel(VIEW_TYPE, "MISP overview", vscode.ViewColumn.Active, options));
      return;
    }
    this.#panel.reveal();
    this.touch();
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const left = v.safeParse(restored, state);
    this.#capture ??= left.success ? left.output.capture : this.context.memory.get();
    this.#adopt(panel);
  }

  /** Something that it shows may have changed; it is told while somebody sees it, and asks anew when it is seen again. */
  touch(): void {
    if (this.#panel?.visible) this.#server?.emit("changed", {});
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    const { extensionUri, log } = this.context;
    this.#panel?.dispose();
    this.#panel = panel;
    panel.webview.options = pageOptions(extensionUri);
    panel.iconPath = vscode.Uri.joinPath(extensionUri, "media", "pane.svg");
    const answers = overviewAnswers({
      engine: this.context.engine,
      shown: () => this.#shown(panel),
      filter: () => this.context.filter.text,
      settings: this.context.settings,
      setFilter: (text, capture) => this.#filter(text, capture),
      showMessage: async (capture, seq) => {
        await vscode.commands.executeCommand("mispStream.showMessage", { capture, seq });
      },
      act: (capture, act) => this.#act(capture, act),
      report: (text) => log.error(text),
    });
    const server = serve(portOf(panel.webview), overviewContract, answers, (error) =>
      log.error(error instanceof Error ? error : String(error)),
    );
    this.#server = server;
    panel.onDidDispose(() => {
      server.dispose();
      if (this.#panel !== panel) return;
      this.#panel = undefined;
      this.#server = undefined;
      this.#capture = undefined;
    });
    panel.webview.html = pageHtml(panel.webview, extensionUri, { bundle: "overview", title: "MISP overview" });
  }

  async #shown(panel: vscode.WebviewPanel): Promise<CaptureView | string> {
    await this.context.ready();
    const id = this.#capture;
    const capture = id === undefined ? undefined : this.context.captures.get(id);
    const title = capture ? `Overview of ${plain(capture.origin.name)}` : "MISP overview";
    if (panel.title !== title) panel.title = title;
    if (capture) return capture;
    if (id === undefined) return "Choose a capture in the tree and run Show Overview.";
    return "This capture was removed. Choose another in the tree and run Show Overview.";
  }

  #filter(text: string, capture: string): Promise<{ matches: number; total: number }> {
    const filtered = vscode.window.withProgress({ location: { viewId: "mispStream.captures" } }, async () => {
      const counts = await this.context.filter.set(text, capture);
      this.context.captures.touch();
      return counts;
    });
    return Promise.resolve(filtered);
  }

  async #act(capture: string, act: OverviewAct): Promise<void> {
    const { id, isOfCapture } = COMMANDS[act];
    await vscode.commands.executeCommand(id, ...(isOfCapture ? [this.context.model.captureNode(capture)] : []));
  }
}
