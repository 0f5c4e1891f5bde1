import type { JsonNodes } from "./nodes";

const maxLength = 100;
/** What identifies a thing is among its first members; an object may have a million. */
const maxMembers = 64;
const maxElements = 3;
/** What identifies a thing of no kind known here, best first. */
const identifying = ["name", "title", "value", "model", "relationship_type", "uuid"];

/** What identifies a container, at most 100 characters: `file, 5 attributes`, `#3508 OSINT report`, `tlp:amber, type:OSINT`. */
export function previewOf(nodes: JsonNodes, node: number): string | undefined {
  const preview = nodes.kind(node) === "array" ? arrayPreview(nodes, node) : objectPreview(nodes, node);
  if (preview === undefined || preview.length <= maxLength) return preview;
  const splitsPair = (preview.codePointAt(maxLength - 2) ?? 0) > 0xffff;
  return `${preview.slice(0, splitsPair ? maxLength - 2 : maxLength - 1)}…`;
}

interface Members {
  /** Names in the order written; with `…` where there are more. */
  names: string[];
  /** The text of a scalar that says something: neither empty nor null. */
  text(name: string): string | undefined;
  /** Elements of a member that is an array. */
  elements(name: string): number | undefined;
  /** The thing it is about, for a wrapping: its only member, or the `Tag` of MISP's `EventTag` and `AttributeTag`. */
  wrapped(): Members | undefined;
}

function membersOf(nodes: JsonNodes, node: number): Members {
  const byName = new Map<string, number>();
  const end = nodes.next(node);
  for (let child = node + 1; child < end && byName.size < maxMembers; child = nodes.next(child)) {
    byName.set(nodes.keyHead(child, maxLength)?.text ?? "", child);
  }
  const names = [...byName.keys()];
  if (nodes.children(node) > names.length) names.push("…");
  return {
    names,
    text: (name) => {
      const child = byName.get(name);
      return child === undefined ? undefined : scalarText(nodes, child);
    },
    elements: (name) => {
      const child = byName.get(name);
      return child !== undefined && nodes.kind(child) === "array" ? nodes.children(child) : undefined;
    },
    wrapped: () => {
      const child = byName.size === 1 ? node + 1 : byName.get("Tag");
      return child !== undefined && nodes.kind(child) === "object" ? membersOf(nodes, child) : undefined;
    },
  };
}

function scalarText(nodes: JsonNodes, node: number): string | undefined {
  const kind = nodes.kind(node);
  if (kind === "object" || kind === "array" || kind === "null") return undefined;
  const { text, cut } = nodes.head(node, maxLength);
  return cut ? `${text}…` : text || undefined;
}

/** For the row of a closed object. Values of unknown names are not shown: they may be secrets. */
function objectPreview(nodes: JsonNodes, node: number): string {
  const members = membersOf(nodes, node);
  return identityOf(members.wrapped() ?? members) ?? members.names.join(", ");
}

function identityOf(members: Members): string | undefined {
  const [id, info, name] = [members.text("id"), members.text("info"), members.text("name")];
  const [type, value, attributes] = [members.text("type"), members.text("value"), members.elements("Attribute")];
  if (info !== undefined) return id === undefined ? info : `#${id} ${info}`;
  if (name !== undefined && attributes !== undefined) {
    return `${name}, ${attributes} ${attributes === 1 ? "attribute" : "attributes"}`;
  }
  if (type !== undefined && value !== undefined) return `${type} ${value}`;
  const identity = firstText(members, identifying);
  return identity === undefined ? undefined : `"${identity}"`;
}

/** For the row of a closed array: its first elements in a word each. */
function arrayPreview(nodes: JsonNodes, node: number): string | undefined {
  const labels: string[] = [];
  const end = nodes.next(node);
  for (let child = node + 1; child < end && labels.length < maxElements; child = nodes.next(child)) {
    const label = elementLabel(nodes, child);
    if (label === undefined) return undefined;
    labels.push(label);
  }
  return labels.join(", ") + (nodes.children(node) > labels.length ? ", …" : "");
}

function elementLabel(nodes: JsonNodes, node: number): string | undefined {
  if (nodes.kind(node) !== "object") return scalarText(nodes, node);
  const outer = membersOf(nodes, node);
  const members = outer.wrapped() ?? outer;
  const [id, info] = [members.text("id"), members.text("info")];
  const number = id === undefined ? undefined : `#${id}`;
  if (info !== undefined) return number ?? info;
  const type = members.text("value") === undefined ? undefined : members.text("type");
  return members.text("name") ?? type ?? firstText(members, identifying) ?? number;
}

function firstText(members: Members, names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = members.text(name);
    if (text !== undefined) return text;
  }
  return undefined;
}
