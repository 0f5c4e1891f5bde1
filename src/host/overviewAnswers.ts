/** What the overview is answered: of the capture as the last tick left it, and of what the engine counts. */
import * as v from "valibot";
import { bodyOf } from "../core/message";
import type { Engine } from "../protocol/engine";
import type { OverviewAct, OverviewHandlers, OverviewShown } from "../protocol/overviewPane";
import type { CaptureView } from "./capture";
import type { TimeStyle } from "./time";

/** A heartbeat is some 60 bytes. */
const MAX_HEARTBEAT_BYTES = 10_000;
const heartbeat = v.object({ uptime: v.pipe(v.number(), v.minValue(0)) });

export interface AnswersContext {
  readonly engine: () => Engine;
  /** Which capture is shown; or why none is, in a sentence. */
  readonly shown: () => Promise<CaptureView | string>;
  readonly filter: () => string;
  readonly settings: { readonly singleKeys: boolean; readonly time: TimeStyle };
  readonly setFilter: (text: string, capture: string) => Promise<{ matches: number; total: number }>;
  readonly showMessage: (capture: string, seq: number) => Promise<void>;
  readonly act: (capture: string, act: OverviewAct) => Promise<void>;
  readonly report: (text: string) => void;
}

export function overviewAnswers(context: AnswersContext): OverviewHandlers {
  const { engine } = context;
  return {
    shown: async () => {
      const capture = await context.shown();
      if (typeof capture === "string") return { sentence: capture };
      return { shown: shownOf(capture, context.filter(), context.settings) };
    },
    coverage: (args) => engine().coverage(args),
    rates: (args) => engine().rates(args),
    drifts: (args) => engine().drifts(args),
    losses: (args) => engine().losses(args),
    heartbeat: ({ capture }) => newestHeartbeat(engine(), capture),
    filter: ({ capture, text }) => context.setFilter(text, capture),
    showMessage: async ({ capture, seq }) => {
      await context.showMessage(capture, seq);
      return {};
    },
    act: async ({ capture, act }) => {
      await context.act(capture, act);
      return {};
    },
    report: ({ message, stack }) => {
      context.report(`Overview: ${message}${stack ? `\n${stack}` : ""}`);
      return {};
    },
  };
}

function shownOf(capture: CaptureView, filter: string, settings: AnswersContext["settings"]): OverviewShown {
  const { id, origin, connection, reading, trouble, lastReceivedAt, matches } = capture;
  const { messages, bytes, rate, paused, held, dropped, shown } = capture;
  return {
    capture: id,
    name: origin.name,
    ...(origin.endpoint === undefined ? {} : { endpoint: origin.endpoint }),
    connection,
    ...(reading ? { reading } : {}),
    ...(trouble === undefined ? {} : { trouble }),
    ...{ messages, bytes, rate, paused, held, dropped, filter, shown },
    ...(lastReceivedAt === undefined ? {} : { lastReceivedAt }),
    ...(matches === undefined ? {} : { matches }),
    settings: { singleKeys: settings.singleKeys, utc: settings.time.utc },
  };
}

/** When the newest kept heartbeat came, and the publisher's uptime in seconds where it tells one. */
async function newestHeartbeat(engine: Engine, capture: string): Promise<{ receivedAt?: number; uptime?: number }> {
  const [row] = await engine.messages({ capture, filter: "topic:self", count: 1 });
  if (!row) return {};
  const { seq, receivedAt, bytes } = row;
  if (bytes > MAX_HEARTBEAT_BYTES) return { receivedAt };
  const { frame } = await engine.frame({ capture, seq });
  const told = v.safeParse(v.pipe(v.string(), v.parseJson(), heartbeat), new TextDecoder().decode(bodyOf(frame)));
  return { receivedAt, ...(told.success ? told.output : {}) };
}
