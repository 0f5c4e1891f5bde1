import * as vscode from "vscode";
import type { Engine } from "../protocol/engine";
import { fixtureContract, type FixtureAct, type FixtureShown } from "../protocol/fixturePage";
import { serve } from "../protocol/rpc";
import { messageOf } from "./capture";
import type { Captures } from "./captures";
import { pageHtml, pageOptions, portOf } from "./detailPage";
import { explainFile } from "./fileWording";
import type { Log } from "./log";
import type { Settings } from "./settings";
import type { TreeModel } from "./tree/model";
import type { CapturesTree } from "./tree/view";

const VIEW_TYPE = "mispStream.fixture";
const TOPICS = 100;

/** Run on the capture's row of the tree, as from its menu. */
const COMMANDS: Readonly<Record<Exclude<FixtureAct, "showInTree" | "showFaulty">, string>> = {
  showOverview: "mispStream.showOverview",
  replay: "mispStream.replay",
  export: "mispStream.export",
  readAgain: "mispStream.retry",
};

interface FixtureEditorContext {
  readonly extensionUri: vscode.Uri;
  readonly engine: () => Engine;
  readonly captures: Captures;
  readonly settings: Settings;
  readonly model: TreeModel;
  readonly tree: CapturesTree;
  readonly log: Log;
  /** Resolves when the captures of a reloaded window are open again. */
  readonly ready: () => Promise<void>;
}

interface FixtureDocument extends vscode.CustomDocument {
  /** Its capture, once it is listed; rejects with why it is none. */
  readonly opening: Promise<string>;
}

/** What a fixture shows in place of its text: what is in it, and ways into it. Nothing here ever writes the file. */
export class FixtureEditor implements vscode.CustomReadonlyEditorProvider<FixtureDocument> {
  #isReady = false;

  constructor(private readonly context: FixtureEditorContext) {
    void context.ready().then(() => (this.#isReady = true));
  }

  register(): vscode.Disposable {
    return vscode.window.registerCustomEditorProvider(VIEW_TYPE, this);
  }

  openCustomDocument(uri: vscode.Uri): FixtureDocument {
    const opening = this.#open(uri);
    opening.catch(() => undefined); // The page tells it.
    return { uri, opening, dispose: () => undefined };
  }

  resolveCustomEditor({ uri, opening }: FixtureDocument, panel: vscode.WebviewPanel): void {
    const { extensionUri, captures, log } = this.context;
    panel.webview.options = pageOptions(extensionUri);
    const server = serve(
      portOf(panel.webview),
      fixtureContract,
      {
        shown: () => this.#shown(uri, opening),
        act: async ({ act }) => {
          await this.#act(await opening, act);
          return {};
        },
        openAsText: async () => {
          await vscode.commands.executeCommand("vscode.openWith", uri, "default", panel.viewColumn);
          return {};
        },
        report: ({ message, stack }) => {
          log.error(stack ?? message);
          return {};
        },
      },
      (error) => log.error(error instanceof Error ? error : String(error)),
    );
    const listening = captures.onDidChange(() => panel.visible && server.emit("changed", {}));
    panel.onDidDispose(() => {
      listening.dispose();
      server.dispose();
    });
    panel.webview.html = pageHtml(panel.webview, extensionUri, { bundle: "fixture", title: "MISP fixture" });
  }

  async #open(uri: vscode.Uri): Promise<string> {
    // A side of a comparison, or a file in an archive: the text is what is meant.
    if (!["file", "vscode-remote"].includes(uri.scheme)) throw new Error("This is no file on this machine.");
    const byPerson = this.#isReady;
    const { captures, tree, ready } = this.context;
    await ready();
    const { capture } = await captures.openFile(uri.fsPath);
    if (byPerson) await tree.revealCapture(capture).then(undefined, () => undefined);
    return capture;
  }

  async #shown(uri: vscode.Uri, opening: Promise<string>): Promise<{ shown?: FixtureShown; sentence?: string }> {
    const { captures, engine, settings } = this.context;
    const isListed = (): boolean => captures.all.some(({ origin }) => origin.file === uri.fsPath);
    try {
      if (!isListed()) await opening;
      const capture = captures.all.find(({ origin }) => origin.file === uri.fsPath);
      if (!capture?.file)
        return { sentence: "This file was removed from the MISP Stream view. Open it again to read it." };
      const { id, origin, file, messages, bytes, dropped, lastReceivedAt } = capture;
      const { title, text } = explainFile(file, vscode.l10n.t);
      const { topics, total } = await engine().topics({ capture: id, from: 0, count: TOPICS, all: true });
      const [first] = await engine().messages({ capture: id, from: 0, count: 1 });
      return {
        shown: {
          ...{ capture: id, name: origin.name, path: file.path, state: `${title}. ${text}`, messages, bytes, topics },
          ...(first ? { firstReceivedAt: first.receivedAt } : {}),
          ...(lastReceivedAt === undefined ? {} : { lastReceivedAt }),
          ...(file.reading ? { reading: file.reading } : {}),
          isStale: file.stale !== undefined,
          malformed: dropped.malformed,
          utc: settings.time.utc,
          topicCount: total,
        },
      };
    } catch (error) {
      return { sentence: messageOf(error) };
    }
  }

  async #act(capture: string, act: FixtureAct): Promise<void> {
    if (act === "showInTree") return this.context.tree.revealCapture(capture);
    if (act === "showFaulty") {
      await vscode.commands.executeCommand("mispStream.filter", { text: "has:error" });
      return this.context.tree.revealCapture(capture);
    }
    await vscode.commands.executeCommand(COMMANDS[act], this.context.model.captureNode(capture));
  }
}
