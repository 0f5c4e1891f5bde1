import * as vscode from "vscode";
import { DisposableStore } from "../../core/disposable";
import type { CaptureView } from "../capture";
import type { Captures } from "../captures";
import type { Publishers } from "../publishers";
import { messages, number, plain } from "../labels";
import { dropController } from "./drop";
import type { TreeModel } from "./model";
import type { CaptureNode, Item, ListNode, MessageNode, Node, PublisherNode } from "./nodes";
import { PAGE } from "./registry";

const COLORS: Readonly<Record<NonNullable<Item["tone"]>, vscode.ThemeColor>> = {
  added: new vscode.ThemeColor("gitDecoration.addedResourceForeground"),
  changed: new vscode.ThemeColor("gitDecoration.modifiedResourceForeground"),
  removed: new vscode.ThemeColor("list.errorForeground"),
  seen: new vscode.ThemeColor("charts.blue"),
};
/** Without it VS Code gives `symbol-*` icons colours that say nothing here. */
const PLAIN = new vscode.ThemeColor("icon.foreground");
const FOLDING: Readonly<Record<Item["folding"], vscode.TreeItemCollapsibleState>> = {
  none: vscode.TreeItemCollapsibleState.None,
  closed: vscode.TreeItemCollapsibleState.Collapsed,
  open: vscode.TreeItemCollapsibleState.Expanded,
};

const LISTS_MS = 1_000;
const FIGURES_MS = 3_000;

/** How a capture was drawn, and when it and its lists were. */
interface Look {
  readonly form: string;
  readonly figures: string;
  readonly at: number;
  listsAt: number;
}

/** The captures tree in VS Code: draws what the model says, refreshes at the captures' tick and never while hidden. */
export class CapturesTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #store = new DisposableStore();
  readonly #view: vscode.TreeView<Node>;
  /** What each capture looked like when it was last drawn. */
  #drawn = new Map<string, Look>();
  #drawnPublishers = new Map<string, Pick<Look, "form" | "figures" | "at">>();
  #later: NodeJS.Timeout | undefined;
  #anchored: ListNode[] = [];
  #read: CaptureNode[] = [];
  #stale = false;

  constructor(
    private readonly model: TreeModel,
    private readonly captures: Captures,
    private readonly publishers: Publishers,
    private readonly filter: () => string,
  ) {
    this.#view = this.#store.add(
      vscode.window.createTreeView("mispStream.captures", {
        treeDataProvider: this,
        canSelectMany: true,
        dragAndDropController: dropController,
        showCollapseAll: true,
      }),
    );
    this.#store.add(this.#changed);
    this.#store.add(captures.onDidChange(() => this.refresh()));
    this.#store.add(publishers.onDidChange(() => this.refresh()));
    this.#store.add(this.#view.onDidChangeVisibility(({ visible }) => visible && this.#stale && this.refresh()));
    this.#store.add(this.#view.onDidChangeSelection(({ selection }) => this.#hold(selection)));
    const countdown = setInterval(() => this.model.ticks() && this.refresh(), 1_000);
    this.#store.add({ dispose: () => clearInterval(countdown) });
    this.#store.add({ dispose: () => clearTimeout(this.#later) });
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const item = this.model.item(node);
    const drawn = new vscode.TreeItem(item.label, FOLDING[item.folding]);
    drawn.id = node.id;
    drawn.iconPath = new vscode.ThemeIcon(item.icon, item.tone ? COLORS[item.tone] : PLAIN);
    drawn.contextValue = item.context;
    if (item.description !== undefined) drawn.description = item.description;
    if (item.tooltip !== undefined) drawn.tooltip = tooltipOf(item.tooltip, item.link);
    if (item.command)
      drawn.command = { title: item.label, command: item.command.id, arguments: [item.command.argument] };
    return drawn;
  }

  getChildren(node?: Node): Promise<Node[]> {
    return this.model.children(node);
  }

  getParent(node: Node): Node | undefined {
    return this.model.parent(node);
  }

  get selection(): readonly Node[] {
    return this.#view.selection;
  }

  /** Shows more of what a list or a capture holds. */
  showMore(node: Node): void {
    if (node.kind === "capture" || node.kind === "list") node.limit += PAGE;
    this.#changed.fire(node);
  }

  /** Shows the messages, or the events, that waited while one was being read. */
  showNewer(node: Node): void {
    if (node.kind === "capture") delete node.order;
    else if (node.kind === "list") delete node.anchor;
    this.#anchored = this.#anchored.filter((list) => list !== node);
    this.#changed.fire(node);
  }

  /** Selects a message's row; a list too long to hold it then starts with it. */
  async reveal(message: MessageNode): Promise<void> {
    const node = await this.model.placed(message);
    if (await this.model.expose(node)) this.#changed.fire(node.parent);
    await this.#view.reveal(node, { select: true, focus: true });
  }

  /** Moves the selection to a message that is read elsewhere, if the tree is in view. */
  async select(message: MessageNode): Promise<void> {
    const selected = this.selection.find((each) => each.kind === "message");
    if (!this.#view.visible || !selected) return;
    const node = await this.model.placed(message, selected.parent);
    if (await this.model.expose(node)) this.#changed.fire(node.parent);
    await this.#view.reveal(node, { select: true, focus: false });
  }

  /** Selects the row of a publisher that a person has just started. */
  async revealPublisher(endpoint: string): Promise<void> {
    this.#drawRoots();
    await this.#view.reveal(this.model.publisherNode(endpoint), { select: true, focus: false });
  }

  /** Selects a capture that a person has just connected. */
  async revealCapture(id: string): Promise<void> {
    this.#drawRoots();
    await this.#view.reveal(this.model.captureNode(id), { select: true, focus: false, expand: true });
  }

  /**
   * Draws anew what changed, and no more: a row that is drawn anew loses its hover. A capture at once where its form
   * changed, else its lists every second and its own figures every three.
   */
  refresh(): void {
    this.#describe();
    this.#stale = !this.#view.visible;
    if (this.#stale || this.#drawRoots()) return;
    for (const node of this.model.publisherNodes) this.#refreshPublisher(node);
    for (const capture of this.captures.all) this.#refreshCapture(capture);
  }

  /** Draws all where rows came or went, hidden or not: VS Code reveals no row that it does not know. */
  #drawRoots(): boolean {
    const { all } = this.captures;
    const { publisherNodes } = this.model;
    const roots = [...publisherNodes, ...all].map(({ id }) => id);
    if (roots.join() === [...this.#drawnPublishers.keys(), ...this.#drawn.keys()].join()) return false;
    this.#drawn = new Map(all.map((capture) => [capture.id, this.#look(capture)]));
    this.#drawnPublishers = new Map(publisherNodes.map((node) => [node.id, this.#publisherLook(node)]));
    this.#changed.fire(undefined);
    return true;
  }

  #refreshPublisher(node: PublisherNode): void {
    const drawn = this.#drawnPublishers.get(node.id);
    const look = this.#publisherLook(node);
    const isDue = drawn?.figures !== look.figures && look.at - (drawn?.at ?? 0) >= FIGURES_MS;
    if (drawn?.form === look.form && !isDue) return;
    this.#drawnPublishers.set(node.id, look);
    this.#changed.fire(node);
  }

  #publisherLook(node: PublisherNode): Pick<Look, "form" | "figures" | "at"> {
    const { label, icon, context, description = "" } = this.model.item(node);
    return { form: [label, icon, context].join(), figures: description, at: Date.now() };
  }

  #refreshCapture(capture: CaptureView): void {
    const drawn = this.#drawn.get(capture.id);
    const look = this.#look(capture);
    if (!drawn || drawn.form !== look.form || (drawn.figures !== look.figures && look.at - drawn.at >= FIGURES_MS)) {
      this.#drawn.set(capture.id, look);
      return this.#changed.fire(this.model.captureNode(capture.id));
    }
    if (drawn.figures === look.figures) return;
    // What is left out now is drawn later, also when no message follows.
    this.#later ??= setTimeout(() => {
      this.#later = undefined;
      this.refresh();
    }, LISTS_MS);
    if (look.at - drawn.listsAt < LISTS_MS) return;
    drawn.listsAt = look.at;
    this.model.changedLists(capture).then(
      (lists) => {
        for (const list of lists) this.#changed.fire(list);
      },
      () => undefined, // The capture has gone; the next refresh draws that.
    );
  }

  #look(capture: CaptureView): Look {
    const { icon, tone, description, context } = this.model.item(this.model.captureNode(capture.id));
    const { shown, matches, firstSeq, lastSeq, topicCount, trouble, reading } = capture;
    const form = [
      this.model.style,
      icon,
      tone,
      context,
      topicCount,
      trouble,
      reading?.done,
      shown === 0,
      matches === 0,
    ];
    form.push(matches === undefined);
    const at = Date.now();
    return { form: form.join(), figures: [description, shown, matches, firstSeq, lastSeq].join(), at, listsAt: at };
  }

  dispose(): void {
    this.#store.dispose();
  }

  /** Keeps the rows under a selected message where they are; what arrives waits behind one row. */
  #hold(selection: readonly Node[]): void {
    const lists = [...new Set(selection.flatMap((node) => (node.kind === "message" ? [node.parent] : [])))];
    const released = this.#anchored.filter((list) => !lists.includes(list));
    for (const list of released) delete list.anchor;
    for (const list of lists) if (list.newest !== undefined) list.anchor ??= list.newest;
    this.#anchored = lists;
    for (const list of released) this.#changed.fire(list);
    this.#holdOrder(selection);
  }

  /** Keeps the events of a capture in their order while something in it is selected. */
  #holdOrder(selection: readonly Node[]): void {
    const within = selection.flatMap(({ kind, capture }) => (kind === "capture" || !capture ? [] : [capture]));
    const read = [...new Set(within)].map((capture) => this.model.captureNode(capture));
    const released = this.#read.filter((node) => !read.includes(node));
    for (const node of released) node.isRead = false;
    for (const node of read) node.isRead = true;
    this.#read = read;
    if (this.model.grouping === "event") for (const node of released) this.#changed.fire(node);
  }

  #describe(): void {
    const { all } = this.captures;
    const text = this.filter();
    const shown = all.reduce((sum, capture) => sum + capture.shown, 0);
    const matches = all.reduce((sum, capture) => sum + (capture.matches ?? 0), 0);
    const held = all.reduce((sum, capture) => sum + capture.held, 0);
    this.#view.description = text ? "filtered" : "";
    this.#view.message = text
      ? `Filter: ${plain(text)} · ${number(matches)} of ${messages(shown)} shown, ${number(shown - matches)} hidden`
      : "";
    this.#view.badge = held > 0 ? { value: held, tooltip: `${messages(held)} held by the pause` } : undefined;
    void vscode.commands.executeCommand("setContext", "mispStream.filtered", text !== "");
    void vscode.commands.executeCommand("setContext", "mispStream.captures", all.length);
    const running = this.publishers.all;
    void vscode.commands.executeCommand("setContext", "mispStream.publishers", running.length);
    const replays = running.filter(({ kind }) => kind === "replay").length;
    void vscode.commands.executeCommand("setContext", "mispStream.replays", replays);
    void vscode.commands.executeCommand("setContext", "mispStream.grouping", this.model.grouping);
    void vscode.commands.executeCommand(
      "setContext",
      "mispStream.paused",
      all.some(({ paused }) => paused),
    );
  }
}

/** Content stays text, and the one link that is ours can be followed. */
function tooltipOf(text: string, link: Item["link"]): vscode.MarkdownString | string {
  if (!link) return text;
  const tooltip = new vscode.MarkdownString();
  // `appendText` would make every space one that does not break.
  const escaped = text.replace(/[!-/:-@[-`{-~]/g, "\\$&");
  tooltip.appendMarkdown(escaped.replaceAll("\n", "  \n"));
  tooltip.isTrusted = { enabledCommands: [link.id] };
  const argument = encodeURIComponent(JSON.stringify(link.argument));
  return tooltip.appendMarkdown(`\n\n[${link.words}](command:${link.id}?${argument})`);
}
