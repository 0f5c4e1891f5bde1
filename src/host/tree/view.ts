import * as vscode from "vscode";
import { DisposableStore } from "../../core/disposable";
import type { CaptureView } from "../capture";
import type { Captures } from "../captures";
import { messages, number, plain } from "../labels";
import type { TreeModel } from "./model";
import { PAGE } from "./model";
import type { Item, ListNode, MessageNode, Node } from "./nodes";

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

/** The captures tree in VS Code: draws what the model says, refreshes at the captures' tick and never while hidden. */
export class CapturesTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #store = new DisposableStore();
  readonly #view: vscode.TreeView<Node>;
  /** What each capture looked like when it was last drawn. */
  #drawn = new Map<string, string>();
  #anchored: ListNode[] = [];
  #stale = false;

  constructor(
    private readonly model: TreeModel,
    private readonly captures: Captures,
    private readonly filter: () => string,
  ) {
    this.#view = this.#store.add(
      vscode.window.createTreeView("mispStream.captures", {
        treeDataProvider: this,
        canSelectMany: true,
        showCollapseAll: true,
      }),
    );
    this.#store.add(this.#changed);
    this.#store.add(captures.onDidChange(() => this.refresh()));
    this.#store.add(this.#view.onDidChangeVisibility(({ visible }) => visible && this.#stale && this.refresh()));
    this.#store.add(this.#view.onDidChangeSelection(({ selection }) => this.#hold(selection)));
    const countdown = setInterval(() => this.model.ticks() && this.refresh(), 1_000);
    this.#store.add({ dispose: () => clearInterval(countdown) });
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const item = this.model.item(node);
    const drawn = new vscode.TreeItem(item.label, FOLDING[item.folding]);
    drawn.id = node.id;
    drawn.iconPath = new vscode.ThemeIcon(item.icon, item.tone ? COLORS[item.tone] : PLAIN);
    drawn.contextValue = item.context;
    if (item.description !== undefined) drawn.description = item.description;
    if (item.tooltip !== undefined) drawn.tooltip = item.tooltip;
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
    if (node.kind === "capture") node.topicLimit += PAGE;
    else if (node.kind === "list") node.limit += PAGE;
    this.#changed.fire(node);
  }

  /** Shows the messages that waited while one was being read. */
  showNewer(node: Node): void {
    if (node.kind !== "list") return;
    delete node.anchor;
    this.#anchored = this.#anchored.filter((list) => list !== node);
    this.#changed.fire(node);
  }

  /** Selects a message's row; a list too long to hold it then starts with it. */
  async reveal(node: MessageNode): Promise<void> {
    if (await this.model.expose(node)) this.#changed.fire(node.parent);
    await this.#view.reveal(node, { select: true, focus: true });
  }

  /** Draws anew what changed: one capture where only its messages did. */
  refresh(): void {
    this.#describe();
    this.#stale = !this.#view.visible;
    if (this.#stale) return;
    const { all } = this.captures;
    const looks = new Map(all.map((capture) => [capture.id, this.#look(capture)]));
    if ([...looks.keys()].join() !== [...this.#drawn.keys()].join()) this.#changed.fire(undefined);
    else
      for (const [id, look] of looks) if (this.#drawn.get(id) !== look) this.#changed.fire(this.model.captureNode(id));
    this.#drawn = looks;
  }

  #look({ id, shown, matches, firstSeq, lastSeq, trouble }: CaptureView): string {
    const { icon, description } = this.model.item(this.model.captureNode(id));
    return JSON.stringify([icon, description, shown, matches, firstSeq, lastSeq, trouble]);
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
    void vscode.commands.executeCommand(
      "setContext",
      "mispStream.paused",
      all.some(({ paused }) => paused),
    );
  }
}
