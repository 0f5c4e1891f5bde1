import * as path from "node:path";
import * as vscode from "vscode";
import { DisposableStore } from "./core/disposable";
import { ZeroMqSender } from "./feed/sender";
import { createApi, type MispStreamApi } from "./host/api";
import { Captures } from "./host/captures";
import { register } from "./host/commands/command";
import { commandTable } from "./host/commands/table";
import { within } from "./host/deadline";
import { DetailPane } from "./host/detail";
import { MessageDocuments } from "./host/documents";
import { FixtureEditor } from "./host/fixtureEditor";
import type { CaptureView } from "./host/capture";
import { captureMemory, detailMemory, exportMemory, filterMemory, groupingMemory, overviewMemory } from "./host/memory";
import { OverviewPanel } from "./host/overview";
import { offerRecovered } from "./host/recovered";
import { Publishers } from "./host/publishers";
import { ReceiverThread } from "./host/receiverThread";
import { Secrets } from "./host/secrets";
import { Settings } from "./host/settings";
import { start } from "./host/start";
import { registerTasks } from "./host/tasks";
import { StatusBar } from "./host/statusBar";
import { GroupingState } from "./host/tree/grouping";
import { TreeModel } from "./host/tree/model";
import { CapturesTree } from "./host/tree/view";
import { WorkerThread } from "./host/workerThread";
import { engineContract } from "./protocol/engine";
import { receiverContract } from "./protocol/feed";
import { FilterState } from "./host/filterState";

let stop: (() => Promise<void>) | undefined;

/** Builds the objects, hands them to each other and registers them. */
export function activate(context: vscode.ExtensionContext): { getApi(version: number): MispStreamApi } {
  const store = new DisposableStore();
  context.subscriptions.push(store);
  const log = store.add(vscode.window.createOutputChannel("MISP Stream", { log: true }));
  const settings = new Settings();
  const secrets = new Secrets(context.secrets);
  const script = (name: string): string => path.join(context.extensionPath, "dist", name);
  const worker = new WorkerThread(engineContract, "engine", script("engine.js"), log);
  const engine = (): typeof worker.call => worker.call;
  const receiver = new ReceiverThread({
    receiver: new WorkerThread(receiverContract, "receiver", script("receiver.js"), log),
    engine,
    log,
  });
  const sender = new ZeroMqSender();
  const filter = new FilterState(engine, filterMemory(context.workspaceState));
  const grouping = new GroupingState(groupingMemory(context.workspaceState));
  const captures = store.add(
    new Captures({
      engine,
      receiver,
      directory: path.join(context.globalStorageUri.fsPath, "captures"),
      workspace: context.storageUri ? path.basename(path.dirname(context.storageUri.fsPath)) : "",
      settings: () => settings,
      memory: captureMemory(context.workspaceState),
      storedCredentials: (endpoint) => secrets.get(endpoint),
      now: Date.now,
      log,
    }),
  );
  const publishers = store.add(new Publishers(sender));
  const model = new TreeModel({
    captures: () => captures.all,
    publishers: () => publishers.all,
    engine,
    time: () => settings.time,
    filter: () => filter.text,
    grouping: () => grouping.value,
    now: Date.now,
    t: vscode.l10n.t,
  });
  const tree = store.add(new CapturesTree(model, captures, publishers, () => filter.text));
  const warn = (message: string): void => void vscode.window.showWarningMessage(message);
  const offer = (capture: CaptureView): void => void offerRecovered(capture, { tree, model });
  const started = start({ captures, worker, filter, settings, log, warn, offer, store, t: vscode.l10n.t });
  store.add(filter.onDidChange(() => tree.refresh()));
  store.add(grouping.onDidChange(() => tree.refresh()));
  store.add(settings.onDidChange(() => tree.refresh()));
  const documents = new MessageDocuments(engine, () => started);
  store.add(documents.register());
  const detail = store.add(
    new DetailPane({
      extensionUri: context.extensionUri,
      engine,
      captures,
      settings,
      log,
      model,
      tree,
      memory: detailMemory(context.workspaceState),
      ready: () => started,
    }),
  );
  store.add(vscode.window.registerWebviewPanelSerializer("mispStream.detail", detail));
  store.add(settings.onDidChange(() => detail.touch()));
  store.add(captures.onDidChange(() => detail.touch()));
  const overview = store.add(
    new OverviewPanel({
      extensionUri: context.extensionUri,
      engine,
      captures,
      filter,
      settings,
      model,
      log,
      memory: overviewMemory(context.workspaceState),
      ready: () => started,
    }),
  );
  store.add(vscode.window.registerWebviewPanelSerializer("mispStream.overview", overview));
  for (const changed of [settings, captures, filter]) store.add(changed.onDidChange(() => overview.touch()));
  const { extensionUri } = context;
  const ready = (): Promise<void> => started;
  store.add(new FixtureEditor({ extensionUri, engine, captures, settings, model, tree, log, ready }).register());
  store.add(new StatusBar(captures));
  const { displayName, version } = context.extension.packageJSON as { displayName: string; version: string };
  const tool = `${displayName} ${version}`;
  const recent = context.globalState;
  const commands = {
    captures,
    engine,
    receiver,
    publishers,
    now: Date.now,
    settings,
    secrets,
    filter,
    grouping,
    tree,
    model,
    detail,
    overview,
    documents,
    log,
    recent,
    exportMemory: exportMemory(context.workspaceState),
    tool,
    generator: script("generator.js"),
  };
  store.add(register(commandTable(commands), log));
  store.add(registerTasks({ captures, engine, publishers, now: Date.now, log, ready: () => started }));

  stop = async () => {
    await captures.stop();
    await Promise.all([within(500, sender.stop()), receiver.stop(), worker.stop()]);
  };
  return createApi(captures, engine, () => started, store);
}

export function deactivate(): Promise<void> | undefined {
  return stop?.();
}
