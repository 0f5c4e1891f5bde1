import { explain, type ConnectionAct } from "../../core/connection";
import { countText, sizeText } from "../../core/quantity";
import type { OverviewAct, OverviewShown } from "../../protocol/overviewPane";
import { el, icon, link } from "../dom";
import { isFile, isUp } from "./liveness";
import { say } from "./words";

const WORDS: Readonly<Record<ConnectionAct, string>> = {
  enterPassword: "Enter password",
  changeEndpoint: "Change endpoint",
  retry: "Try now",
  disconnect: "Stop trying",
  connect: "Connect again",
  diagnose: "Diagnose",
};

interface Told {
  level: "info" | "warning" | "error";
  title: string;
  text: string;
  acts: readonly (readonly [act: OverviewAct, words: string])[];
}

/** What a reader must know before the figures: that they are not all there, stand still, or go no further. */
function stateOf(shown: OverviewShown, now: number): Told | undefined {
  const { reading, trouble, connection, endpoint = "", messages, paused, held } = shown;
  if (reading) {
    const share = reading.total === 0 ? 0 : Math.floor((reading.done / reading.total) * 100);
    return {
      level: "info",
      title: `Reading the journal, ${share} %`,
      text: `The figures come when its ${sizeText(reading.total)} are read. What arrives meanwhile is kept and follows.`,
      acts: [],
    };
  }
  if (trouble !== undefined)
    return { level: "error", title: "The journal takes no more", text: trouble, acts: [["showLog", "Show log"]] };
  if (paused)
    return {
      level: "info",
      title: `Paused, ${countText(held, "message")} held`,
      text: "The tree stands still. Messages keep arriving and are kept; here they are counted. Nothing is lost by pausing.",
      acts: [["resume", "Resume"]],
    };
  if (isFile(shown)) {
    const text = "The file holds no message that could be read.";
    return messages > 0 ? undefined : { level: "info", title: "No message", text, acts: [] };
  }
  if (isUp(shown) && messages > 0) return undefined;
  const { title, text, acts } = explain(connection, endpoint, now);
  const offered = acts.filter((act) => act !== "disconnect" || !isUp(shown)).map((act) => [act, WORDS[act]] as const);
  const level = connection.state === "refused" ? "error" : connection.state === "reconnecting" ? "warning" : "info";
  return { level, title, text, acts: offered };
}

/** The notice above the figures; it changes in place as seconds go by. */
export class State {
  readonly #icon = icon("info");
  readonly #title = el("strong");
  readonly #text = el("span");
  readonly #acts = el("div", { class: "then" });
  readonly #notice = el("div", { role: "note" }, this.#icon, el("div", {}, this.#title, " ", this.#text, this.#acts));
  readonly element = el("div", { class: "notices", hidden: true }, this.#notice);
  #offered = "";

  constructor(private readonly run: (act: OverviewAct) => void) {}

  show(shown: OverviewShown, now: number): void {
    const told = stateOf(shown, now);
    this.element.hidden = !told;
    if (!told) return;
    const { level, title, text, acts } = told;
    this.#notice.className = `notice ${level}`;
    this.#icon.className = `codicon codicon-${level}`;
    say(this.#title, `${title}.`);
    say(this.#text, text);
    const offered = acts.join();
    if (offered === this.#offered) return;
    this.#offered = offered;
    this.#acts.replaceChildren(...acts.map(([act, words]) => link(words, () => this.run(act))));
  }
}
