import * as vscode from "vscode";
import { DisposableStore } from "../core/disposable";
import { explain } from "../core/connection";
import { isUp, type CaptureView } from "./capture";
import type { Captures } from "./captures";
import { number, plain, rate } from "./labels";

/** One short item: the state of the feeds and their rate; a click offers what can be done. Never content. */
export class StatusBar implements vscode.Disposable {
  readonly #store = new DisposableStore();
  readonly #item: vscode.StatusBarItem;

  constructor(private readonly captures: Captures) {
    this.#item = this.#store.add(vscode.window.createStatusBarItem("mispStream", vscode.StatusBarAlignment.Left, 0));
    this.#item.name = "MISP Stream";
    this.#item.command = "mispStream.showActions";
    this.#store.add(captures.onDidChange(() => this.#draw()));
  }

  dispose(): void {
    this.#store.dispose();
  }

  #draw(): void {
    const live = this.captures.all.filter(({ connection }) => connection.state !== "disconnected");
    if (live.length === 0) return this.#item.hide();
    const { text, background } = look(live);
    this.#item.text = text;
    this.#item.backgroundColor = background ? new vscode.ThemeColor(background) : undefined;
    this.#item.tooltip = live
      .map((capture) => {
        const { title } = explain(capture.connection, capture.origin.endpoint ?? "", Date.now());
        return `${plain(capture.origin.name)}: ${title}, ${number(capture.messages)} kept`;
      })
      .join("\n");
    this.#item.accessibilityInformation = { label: text.replace(/\$\(.*?\) /, "") };
    this.#item.show();
  }
}

const sum = (captures: readonly CaptureView[], of: (capture: CaptureView) => number): number =>
  captures.reduce((total, capture) => total + of(capture), 0);

/** The figures of the feeds that are up, and how many are not; where none is, why. */
function look(live: readonly CaptureView[]): { text: string; background?: string } {
  if (live.some(({ reading }) => reading)) return { text: "$(loading~spin) MISP reading the journal" };
  const up = live.filter(({ connection }) => isUp(connection));
  const refused = live.find(({ connection }) => connection.state === "refused");
  if (up.length === 0 && refused)
    return {
      text: `$(debug-disconnect) MISP ${explain(refused.connection, refused.origin.endpoint ?? "", Date.now()).short}`,
      background: "statusBarItem.errorBackground",
    };
  if (up.length === 0) return { text: `$(sync) MISP ${live[0]?.connection.state ?? ""}` };
  const down = live.length === up.length ? "" : `${number(live.length - up.length)} down`;
  if (live.some(({ paused }) => paused)) {
    const held = `+${number(sum(live, (capture) => capture.held))} held`;
    return {
      text: `$(debug-pause) MISP ${[held, down].filter(Boolean).join(", ")}`,
      background: "statusBarItem.warningBackground",
    };
  }
  const figures = [number(sum(live, (capture) => capture.messages)), rate(sum(live, (capture) => capture.rate))];
  const quiet = up.every(({ connection: { state } }) => state === "quiet") ? "quiet" : "";
  return { text: `$(radio-tower) MISP ${[...figures, quiet, down].filter(Boolean).join(", ")}` };
}
