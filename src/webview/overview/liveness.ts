import { explain, type ConnectionState } from "../../core/connection";
import { durationText } from "../../core/quantity";
import type { OverviewShown } from "../../protocol/overviewPane";
import { el } from "../dom";
import { ago, clock, counted } from "../format";
import { Section, type SectionEvents } from "./section";
import { say } from "./words";

export interface Heartbeat {
  receivedAt?: number | undefined;
  /** Of the publisher, in seconds. */
  uptime?: number | undefined;
}

interface Figure {
  readonly element: HTMLElement;
  tell(value: string, beside: string): void;
}

function figure(name: string): Figure {
  const [value, beside] = [el("span"), el("span", { class: "beside" })];
  return {
    element: el("div", {}, el("dt", {}, name), el("dd", {}, value, " ", beside)),
    tell: (text, more) => {
      say(value, text);
      say(beside, more);
    },
  };
}

/** `3 a second`, `0.3 a second`. */
const rateText = (rate: number): string =>
  rate === 0 ? "nothing" : `${rate < 1 ? rate.toFixed(1) : counted(Math.round(rate))} a second`;

export const isUp = ({ connection: { state } }: OverviewShown): boolean =>
  state === "connected" || state === "receiving" || state === "quiet";

export const isFile = ({ endpoint }: OverviewShown): boolean => endpoint === undefined;

/** The state in a few words, as the tree says it. */
export function stateText(shown: OverviewShown, now: number): string {
  if (isFile(shown)) return "Read from a file: nothing arrives here";
  const { title } = explain(shown.connection, shown.endpoint ?? "", now);
  // A capture that is connected again may hold messages of before.
  return shown.connection.state === "connected" && shown.messages > 0 ? "Connected, no message since" : title;
}

/** What the state says of the publisher. */
const meanings: Readonly<Record<ConnectionState, string>> = {
  connecting: "the handshake is awaited",
  connected: "the connection stands",
  receiving: "the publisher is alive",
  quiet: "the connection stands; silence alone is no fault",
  reconnecting: "nothing is known of the publisher now",
  refused: "nothing is known of the publisher now",
  disconnected: "nothing is known of the publisher now",
};

/** Whether the publisher lives, as far as that can be known from here. */
export class Liveness {
  readonly #last = figure("Last message");
  readonly #heartbeat = figure("Last heartbeat");
  readonly #uptime = figure("Publisher up");
  readonly #rate = figure("Now");
  readonly section: Section;

  constructor(events: SectionEvents) {
    const figures = [this.#last, this.#heartbeat, this.#uptime, this.#rate].map(({ element }) => element);
    this.section = new Section("Liveness", [el("dl", { class: "stats" }, ...figures)], events);
  }

  /**
   * `peak`: the most messages of a bar, and how long that is, in words. What a heartbeat told before `connectedSince` may
   * be of a publisher that is no more.
   */
  show(shown: OverviewShown, heartbeat: Heartbeat, peak: string, now: number, connectedSince: number): void {
    const { lastReceivedAt, settings, rate } = shown;
    const time = (at: number): string => clock(at, now, settings.utc).replace(/\.\d+/, "");
    say(this.section.meta, isFile(shown) ? "as the file tells it" : meanings[shown.connection.state]);
    if (lastReceivedAt === undefined) this.#last.tell("none yet", "");
    else this.#last.tell(ago(lastReceivedAt, now), time(lastReceivedAt));
    const { receivedAt, uptime } = heartbeat;
    if (receivedAt === undefined) this.#heartbeat.tell("none kept", "some MISP versions send none");
    else this.#heartbeat.tell(ago(receivedAt, now), time(receivedAt));
    if (receivedAt === undefined || uptime === undefined) this.#uptime.tell("not told", "only a heartbeat tells it");
    else if (isUp(shown) && receivedAt >= connectedSince) {
      const since = receivedAt - uptime * 1_000;
      this.#uptime.tell(durationText((now - since) / 1_000), `since ${time(since)}`);
    } else this.#uptime.tell(durationText(uptime), "at its last heartbeat");
    this.#rate.tell(isUp(shown) ? rateText(rate) : "not connected", peak);
    this.#rate.element.hidden = isFile(shown);
  }
}
