/** What an action looks like and is called. Actions are MISP's own words, as sent or inferred. */
import { shorten } from "./quantity";
import { topicOf, topics } from "./topics";

export type Tone = "added" | "changed" | "removed" | "seen";

/** A codicon's name and its colour role. */
export interface Mark {
  readonly icon: string;
  readonly tone?: Tone;
}

/** What icon and title are chosen by. `kind`: a sighting's, `Thread` or `Post`, `server 3`. */
export interface Deed {
  topic: string;
  action?: string;
  kind?: string;
  malformed?: string;
}

interface Act extends Mark {
  /** As a title ends: `edited`. Absent: the action adds nothing to the noun. */
  readonly verb?: string;
}

const added = { icon: "diff-added", tone: "added" } as const;
const edited = { icon: "diff-modified", tone: "changed" } as const;
const pulled = { icon: "cloud-download", tone: "added" } as const;
const attached = { icon: "tag", tone: "added" } as const;
const detached = { icon: "tag", tone: "removed" } as const;

const acts = new Map<string, Act>([
  ["add", { ...added, verb: "added" }],
  ["edit", { ...edited, verb: "edited" }],
  ["soft-delete", { icon: "circle-slash", tone: "removed", verb: "soft-deleted" }],
  ["delete", { icon: "trash", tone: "removed", verb: "deleted" }],
  ["attached to event", { ...attached, verb: "attached to event" }],
  ["attached to attribute", { ...attached, verb: "attached to attribute" }],
  ["detached from event", { ...detached, verb: "detached from event" }],
  ["detached from attribute", { ...detached, verb: "detached from attribute" }],
  ["add_from_connected_server", { ...pulled, verb: "pulled from" }],
  ["edit_from_connected_server", { ...pulled, verb: "pulled from" }],
  ["login", { icon: "sign-in", verb: "logged in" }],
  ["log", { icon: "output" }],
]);

/** MISP swaps the two for users: a creation says `edit`. */
const userActs = new Map<string, Act>([
  ["edit", { ...added, verb: "created" }],
  ["add", { ...edited, verb: "edited" }],
]);

const sighted: Mark & { title: string } = { icon: "eye", tone: "seen", title: "Sighted" };
const sightings = new Map<string, typeof sighted>([
  ["false positive", { icon: "thumbsdown", tone: "changed", title: "False positive reported" }],
  ["expiration", { icon: "watch", title: "Expiration set" }],
]);

const marksByTopic = new Map<string, Mark>([
  ["misp_json", { icon: "broadcast", tone: "seen" }],
  ["misp_json_self", { icon: "pulse" }],
]);

const titlesByTopic = new Map<string, string>([
  ["misp_json", "Event published"],
  ["misp_json_organisation", "Organisation saved"],
]);

const malformedMark: Mark = { icon: "warning", tone: "changed" };
const plainMark: Mark = { icon: "circle-small-filled" };
const known = new Set(topics.map(({ name }) => name));

/** What the action does to the thing; undefined for none and for one nobody knows. */
function actOf({ topic, action = "" }: Deed): Act | undefined {
  return (topic === "misp_json_user" ? userActs.get(action) : undefined) ?? acts.get(action);
}

const sightingOf = ({ topic, action, kind = "" }: Deed): typeof sighted | undefined =>
  topic === "misp_json_sighting" && action !== "delete" ? (sightings.get(kind) ?? sighted) : undefined;

/** The icon that tells the action, and its colour role. */
export function markOf(deed: Deed): Mark {
  if (deed.malformed !== undefined) return malformedMark;
  return sightingOf(deed) ?? marksByTopic.get(deed.topic) ?? actOf(deed) ?? plainMark;
}

/** The action in a person's words: `Attribute edited`. Nothing of a payload is in it but a server's number. */
export function titleOf(deed: Deed): string {
  const { noun } = topicOf(deed.topic);
  if (deed.malformed !== undefined) return `Malformed ${noun.toLowerCase()}`;
  if (!known.has(deed.topic)) return shorten(deed.topic, 100);
  if (deed.topic === "misp_json_conversation") return deed.kind ?? noun;
  const fixed = sightingOf(deed)?.title ?? titlesByTopic.get(deed.topic);
  if (fixed !== undefined) return fixed;
  const verb = actOf(deed)?.verb;
  if (verb === undefined) return noun;
  return `${noun} ${verb}${verb === "pulled from" ? ` ${deed.kind ?? "another server"}` : ""}`;
}
