import type { Engine } from "../protocol/engine";
import { Refusal } from "../protocol/rpc";
import type { Arrivals } from "../protocol/scenario";

const LOOK_EVERY_MS = 250;

export interface ScenarioOrder {
  readonly capture: string;
  /** The scenario is over once nothing but heartbeats came for so long, after something did. */
  readonly quietMs: number;
  /** A person changed their mind. */
  readonly signal?: AbortSignal;
  readonly onLook?: (arrivals: Arrivals) => void;
}

export interface ScenarioContext {
  readonly engine: () => Engine;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
  /** The capture was connected all the time. */
  readonly isConnected: () => boolean;
}

/** What a scenario brought: the messages after the one and up to the other, heartbeats left out. */
export interface Scenario {
  readonly after: number;
  readonly upTo: number;
  readonly messages: number;
}

/** Waits for something to be done in MISP, and until that is over. What comes is kept in the capture in any case. */
export async function awaitScenario(
  order: ScenarioOrder,
  { engine, now, wait, isConnected }: ScenarioContext,
): Promise<Scenario> {
  const { capture, quietMs, signal, onLook } = order;
  const { lastSeq: after } = await engine().arrived({ capture });
  for (;;) {
    await wait(LOOK_EVERY_MS);
    if (signal?.aborted) throw new Refusal("The scenario was not recorded. What came is in the capture.");
    if (!isConnected()) {
      throw new Refusal(
        "The connection was lost while the scenario was recorded, so a part of it may be missing. What came is in the " +
          "capture. Record it again once that is connected.",
      );
    }
    const arrivals = await engine().arrived({ capture, after });
    onLook?.(arrivals);
    const { newest, messages } = arrivals;
    if (newest && now() - newest.receivedAt >= quietMs) return { after, upTo: newest.seq, messages };
  }
}
