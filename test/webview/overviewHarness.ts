/**
 * The overview in a real browser, and in front of it a host in this process that answers the contract from figures that a
 * test sets:
 *
 *     const { page, host } = await openOverview({ messages: [["misp_json_event", "add", START]] });
 */
import type { Page } from "playwright-core";
import { RateCounter } from "../../src/core/rates";
import type { LossLedger } from "../../src/protocol/losses";
import type { DriftEntry, Rates } from "../../src/protocol/overview";
import { overviewContract, type OverviewHandlers, type OverviewShown } from "../../src/protocol/overviewPane";
import { Refusal, serve, type Port } from "../../src/protocol/rpc";
import { openPage, WIDE, type Size } from "./page";

/** When the messages of a test begin. */
export const START = Date.UTC(2026, 10, 24, 13, 12);

type Message = readonly [topic: string, action: string | undefined, receivedAt: number];

export interface GivenOverview {
  messages?: readonly Message[];
  /** Undefined: no capture. */
  shown?: Partial<OverviewShown>;
  losses?: LossLedger;
  drifts?: readonly DriftEntry[];
  uptime?: number;
}

const nothingDropped = { evicted: 0, overflow: 0, malformed: 0, disconnects: 0, restarts: 0 };

/** Stands for host and engine. */
class FakeHost {
  readonly calls: { method: string; args: unknown }[] = [];
  readonly bugs: unknown[] = [];
  messages: Message[];
  shown: OverviewShown | undefined;
  sentence = "There is no capture.";
  losses: LossLedger;
  drifts: readonly DriftEntry[];
  uptime: number | undefined;
  /** While set, every question about the capture's content is refused with it. */
  refusal: string | undefined;
  receive: (message: unknown) => void = () => undefined;
  readonly #server;

  constructor(post: Port["post"], { messages = [], shown, losses, drifts = [], uptime }: GivenOverview) {
    this.messages = [...messages];
    this.losses = losses ?? { entries: [], older: [] };
    this.drifts = drifts;
    this.uptime = uptime;
    const lastReceivedAt = this.messages.at(-1)?.[2];
    this.shown = {
      capture: "c1",
      name: "lab",
      endpoint: "tcp://127.0.0.1:50000",
      connection: { state: this.messages.length > 0 ? "receiving" : "connected", since: START },
      messages: this.messages.length,
      bytes: this.messages.length * 1_000,
      ...(lastReceivedAt === undefined ? {} : { lastReceivedAt }),
      rate: 0,
      paused: false,
      held: 0,
      dropped: nothingDropped,
      filter: "",
      shown: this.messages.length,
      settings: { singleKeys: true, utc: true },
      ...shown,
    };
    const port: Port = {
      post,
      listen: (receive) => {
        this.receive = receive;
        return { dispose: () => undefined };
      },
    };
    this.#server = serve(port, overviewContract, this.#handlers(), (bug) => this.bugs.push(bug));
  }

  asked(method: string): unknown[] {
    return this.calls.filter((call) => call.method === method).map(({ args }) => args);
  }

  /** The captures' tick, with other figures. */
  change(shown: Partial<OverviewShown> = {}): void {
    if (this.shown) this.shown = { ...this.shown, messages: this.messages.length, ...shown };
    this.#server.emit("changed", {});
  }

  #rates(from: number | undefined, to: number | undefined): Rates {
    const names = [...new Set(this.messages.map(([topic]) => topic))];
    const counter = new RateCounter();
    const numbers = new Map(names.map((name, number) => [name, number]));
    for (const [topic, , at] of this.messages) counter.add(numbers.get(topic) ?? 0, at);
    const whole = counter.rates();
    const found = whole && counter.rates({ from: from ?? whole.from, to: to ?? whole.to });
    if (!found) return { from: 0, to: 0, width: 1_000, all: { total: 0, counts: [] }, series: [] };
    const named = ({ topic, total, counts }: (typeof found.series)[number]): Rates["all"] => {
      const name = topic === undefined ? undefined : names[topic];
      return { ...(name === undefined ? {} : { topic: name }), total, counts: [...counts] };
    };
    return { ...found, all: named(found.all), series: found.series.map(named) };
  }

  #handlers(): OverviewHandlers {
    const content = (): void => {
      if (this.refusal !== undefined) throw new Refusal(this.refusal);
    };
    const handlers: OverviewHandlers = {
      shown: () => (this.shown ? { shown: this.shown } : { sentence: this.sentence }),
      coverage: () => {
        content();
        const counts = new Map<string, { topic: string; action?: string; messages: number }>();
        for (const [topic, action] of this.messages) {
          const key = JSON.stringify([topic, action]);
          const { messages } = counts.get(key) ?? { messages: 0 };
          counts.set(key, { topic, ...(action === undefined ? {} : { action }), messages: messages + 1 });
        }
        return { counts: [...counts.values()] };
      },
      rates: ({ from, to }) => {
        content();
        return this.#rates(from, to);
      },
      drifts: ({ from, count }) => {
        content();
        const entries = this.drifts.slice(from, from + count);
        return { entries, total: this.drifts.length, beyond: 0, looked: this.messages.length, isBehind: false };
      },
      losses: () => this.losses,
      heartbeat: () => {
        const receivedAt = this.messages.findLast(([topic]) => topic === "misp_json_self")?.[2];
        if (receivedAt === undefined) return {};
        return { receivedAt, ...(this.uptime === undefined ? {} : { uptime: this.uptime }) };
      },
      filter: ({ text }) => {
        content();
        this.change({ filter: text, matches: 1 });
        return { matches: 1, total: this.messages.length };
      },
      showMessage: () => ({}),
      act: () => ({}),
      report: ({ message }) => {
        this.bugs.push(message);
        return {};
      },
    };
    return new Proxy(handlers, {
      get: (target, method: keyof OverviewHandlers) => (args: never, call: never) => {
        this.calls.push({ method, args });
        return (target[method] as (args: never, call: never) => unknown)(args, call);
      },
    });
  }
}

/** An overview of the messages, drawn. `none`: there is no capture. */
export async function openOverview(
  given: GivenOverview | "none" = {},
  size: Size = WIDE,
): Promise<{ page: Page; host: FakeHost; requests: readonly string[] }> {
  const opened = await openPage("overview", size, (post) => {
    const host = new FakeHost(post, given === "none" ? {} : given);
    if (given === "none") host.shown = undefined;
    return host;
  });
  if (given === "none") await opened.page.locator(".empty").waitFor();
  else if (given.shown?.reading) await opened.page.locator(".notice").waitFor();
  else await opened.page.locator(".matrix .cell").first().waitFor();
  return opened;
}
