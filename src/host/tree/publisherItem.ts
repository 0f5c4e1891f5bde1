/** How the row of a running publisher reads. */
import { durationText } from "../../core/quantity";
import type { Translate } from "../../core/translate";
import type { ReplayState } from "../../protocol/publisher";
import { messages, number, plain } from "../labels";
import type { Replaying, Running, Simulating } from "../publishers";
import type { Item } from "./nodes";

/** A shorter wait is over before it is read. */
const WORTH_TELLING_MS = 5_000;

export const publisherItem = (running: Running, t: Translate): Item =>
  running.kind === "replay" ? replayItem(running, t) : simulatorItem(running, t);

/** The row is narrow, and publishers are on this machine only: its port says where. */
const portOf = (endpoint: string): string => endpoint.slice(endpoint.lastIndexOf(":"));

function simulatorItem({ publisher: { endpoint, sent, subscribers } }: Simulating, t: Translate): Item {
  return {
    label: t("Simulator {0}", portOf(endpoint)),
    description: t("{0} sent, {1}", number(sent), subscribersText(subscribers, t)),
    icon: "broadcast",
    tone: "added",
    tooltip: [endpoint, t("What MISP would publish, made up.")].join("\n"),
    context: "publisher.simulator",
    folding: "none",
  };
}

function replayItem({ publisher: { endpoint, state }, what: { name, speed } }: Replaying, t: Translate): Item {
  return {
    label: t("Replay {0}", portOf(endpoint)),
    description: plain(descriptionOf(state, t)),
    ...iconOf(state),
    tooltip: [
      plain(name),
      endpoint,
      speedText(speed, t),
      state.round > 1 ? t("Round {0}", number(state.round)) : "",
      t("{0} sent, {1}, {2}", messages(state.sent), subscribersText(state.subscribers, t), subscriptionsText(state, t)),
      state.refused > 0
        ? t("{0} refused: no or wrong credentials, or no ZeroMQ", connectionsText(state.refused, t))
        : "",
      state.isSlow
        ? t("A subscriber does not take what was sent. Everything waits for it, so that nothing is lost.")
        : "",
      state.message ?? "",
    ]
      .filter(Boolean)
      .join("\n"),
    context: `publisher.replay.${state.phase}`,
    folding: "none",
  };
}

type Words = (state: ReplayState, t: Translate) => string;

/** What stands beside the label, by what the replay does. */
const descriptions: Readonly<Record<ReplayState["phase"], Words>> = {
  waiting: (_, t) => t("no subscriber yet"),
  paused: ({ lastSeq }, t) =>
    lastSeq === undefined ? t("paused before the first") : t("#{0}, paused", number(lastSeq)),
  done: ({ sent }, t) => t("done, {0} sent", number(sent)),
  failed: ({ message = "" }) => message,
  sending: (state, t) =>
    [
      t("{0} of {1}", number(state.sentThisRound), number(state.messages)),
      state.round > 1 ? t("round {0}", number(state.round)) : "",
      state.isSlow ? t("a subscriber is slow") : "",
      (state.nextIn ?? 0) > WORTH_TELLING_MS ? t("next in {0}", durationText((state.nextIn ?? 0) / 1_000)) : "",
      subscribersText(state.subscribers, t),
    ]
      .filter(Boolean)
      .join(", "),
};
const descriptionOf: Words = (state, t) => descriptions[state.phase](state, t);

const icons: Readonly<Record<ReplayState["phase"], Pick<Item, "icon" | "tone">>> = {
  waiting: { icon: "watch" },
  sending: { icon: "broadcast", tone: "added" },
  paused: { icon: "debug-pause", tone: "changed" },
  done: { icon: "pass" },
  failed: { icon: "error", tone: "removed" },
};
const iconOf = ({ phase, isSlow }: ReplayState): Pick<Item, "icon" | "tone"> =>
  phase === "sending" && isSlow ? { icon: "warning", tone: "changed" } : icons[phase];

function speedText(speed: number, t: Translate): string {
  if (speed === 0) return t("As fast as it goes");
  return speed === 1 ? t("At the recorded pace") : t("{0} times as fast as recorded", number(speed));
}

const subscribersText = (count: number, t: Translate): string =>
  count === 0 ? t("no subscriber") : count === 1 ? t("1 subscriber") : t("{0} subscribers", number(count));
const subscriptionsText = ({ subscriptions: count }: ReplayState, t: Translate): string =>
  count === 1 ? t("1 subscription") : t("{0} subscriptions", number(count));
const connectionsText = (count: number, t: Translate): string =>
  count === 1 ? t("1 connection") : t("{0} connections", number(count));
