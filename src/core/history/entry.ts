import { titleOf } from "../action";
import type { Digest, Facets } from "../summary";

/** What a message did. Of a tag, a sighting or a reference it tells what became of the thing that it is about. */
export type EntryKind =
  | "created"
  | "edited"
  | "deleted"
  | "published"
  | "pulled"
  | "tagged"
  | "untagged"
  | "sighted"
  | "unsighted"
  | "referenced"
  | "unreferenced"
  | "discussed"
  | "logged"
  | "other";

/** A message in the history of a thing that it concerns. */
export interface HistoryEntry {
  readonly kind: EntryKind;
  /** As titleOf says it; nothing of a payload is in it but a server's number. */
  readonly title: string;
  /** Who did it, as far as that was sent: `honeypot, organisation 2`. Text as it came: whoever shows it escapes it. */
  readonly by?: string;
  /** The action was not sent. */
  readonly inferred?: true;
}

type Kinds = Readonly<Record<string, EntryKind>>;

const deleted: Kinds = { "soft-delete": "deleted", delete: "deleted" };
const edited: Kinds = { add: "created", edit: "edited", ...deleted };

/** By topic, then by action; of a topic that sends no action `any` counts, and where no other fits. */
const kinds: Readonly<Record<string, Kinds>> = {
  misp_json: { any: "published" },
  misp_json_event: { ...edited, add_from_connected_server: "pulled", edit_from_connected_server: "pulled" },
  misp_json_attribute: edited,
  misp_json_object: edited,
  misp_json_object_reference: { any: "referenced", "soft-delete": "unreferenced", delete: "unreferenced" },
  misp_json_tag: {
    ...edited,
    "attached to event": "tagged",
    "attached to attribute": "tagged",
    "detached from event": "untagged",
    "detached from attribute": "untagged",
  },
  misp_json_sighting: { any: "sighted", delete: "unsighted" },
  // MISP swaps the two.
  misp_json_user: { add: "edited", edit: "created" },
  misp_json_conversation: { any: "discussed" },
  misp_json_audit: { any: "logged" },
  misp_json_warninglist: edited,
};
const kindsByTopic = new Map(
  Object.entries(kinds).map(([topic, byAction]) => [topic, new Map(Object.entries(byAction))]),
);

/** `other` for what is malformed, and for topics and actions that are not known. */
export function kindOf({ topic, action = "any", malformed }: Facets): EntryKind {
  const byAction = malformed === undefined ? kindsByTopic.get(topic) : undefined;
  return byAction?.get(action) ?? byAction?.get("any") ?? "other";
}

/** What a message says in a history. Never throws. */
export function entryOf(digest: Digest): HistoryEntry {
  const { facets } = digest;
  const by = digest.by().join(", ");
  const kind = digest.kind();
  return {
    kind: kindOf(facets),
    title: titleOf(kind === undefined ? facets : { ...facets, kind }),
    ...(by === "" ? {} : { by }),
    ...(facets.inferred ? { inferred: true } : {}),
  };
}
