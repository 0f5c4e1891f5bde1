/** Which cases a capture holds: topics × actions, as MISP can send them and as they came. */
import { fold } from "./filter/fold";
import { shortTopic, topicOf, topics } from "./topics";

/** How many messages of a topic have an action, sent or inferred; undefined where they have none. */
export interface Counted {
  readonly topic: string;
  readonly action: string | undefined;
  readonly count: number;
}

/** `seen`; `never`: MISP can send it, this capture has not seen it; `blank`: MISP never does, as far as is known. */
export interface Cell {
  readonly state: "seen" | "never" | "blank";
  readonly count: number;
  /** Matches the cell's messages and no others of the capture; absent where it is blank. */
  readonly filter?: string;
}

export interface CoverageRow {
  readonly topic: string;
  /** For people: `attribute`. */
  readonly label: string;
  readonly count: number;
  readonly filter: string;
  /** One a column. */
  readonly cells: readonly Cell[];
}

export interface CoverageColumn {
  readonly action: string | undefined;
  /** `no action`, `add`, `add from server`. */
  readonly label: string;
  readonly count: number;
  readonly filter: string;
  /** Many topics have it; the others may share a column. */
  readonly isCommon: boolean;
}

export interface Coverage {
  readonly columns: readonly CoverageColumn[];
  readonly rows: readonly CoverageRow[];
  /** Messages whose topic or action has no place: of those MISP does not know only the most frequent have one. */
  readonly leftOut: number;
}

/** Topics and actions of which MISP knows nothing that have a row or a column. */
const MOST_UNKNOWN = 50;

const server = ["add_from_connected_server", "edit_from_connected_server"];
const tagged = ["attached to event", "detached from event", "attached to attribute", "detached from attribute"];
const common = [undefined, "add", "edit", "soft-delete", "delete"];
const none = [undefined];

/** What today's MISP sends. Old ones send no action; then it is inferred, or the message has none, which is shown. */
const possible = new Map<string, readonly (string | undefined)[]>([
  ["misp_json", none],
  ["misp_json_event", ["add", "edit", "delete", ...server]],
  ["misp_json_attribute", ["add", "edit", "soft-delete", "delete"]],
  ["misp_json_object", ["add", "edit", "soft-delete", "delete"]],
  ["misp_json_object_reference", ["add", "edit", "soft-delete"]],
  ["misp_json_tag", ["add", "edit", "delete", ...tagged]],
  ["misp_json_sighting", ["add", "delete"]],
  ["misp_json_user", ["add", "edit", "login"]],
  ["misp_json_organisation", none],
  ["misp_json_conversation", none],
  ["misp_json_audit", ["log"]],
  ["misp_json_warninglist", ["add", "edit"]],
  ["misp_json_workflow", none],
  ["misp_json_self", none],
]);
const knownTopics = topics.map(({ name }) => name);
const knownActions = [...new Set([...common, ...[...possible.values()].flat()])];

/** The matrix of what was counted; a pair may be counted in parts. */
export function coverageOf(counts: Iterable<Counted>): Coverage {
  const byTopic = new Tally<string>();
  const byAction = new Tally<string | undefined>();
  const byBoth = new Map<string, Tally<string | undefined>>();
  let total = 0;
  for (const { topic, action, count } of counts) {
    if (count <= 0) continue;
    byTopic.add(topic, count);
    byAction.add(action, count);
    let own = byBoth.get(topic);
    if (!own) byBoth.set(topic, (own = new Tally()));
    own.add(action, count);
    total += count;
  }
  const topicFilter = topicFilters([...new Set([...knownTopics, ...byTopic.names])]);
  const actionFilter = actionFilters([...new Set([...knownActions, ...byAction.names])]);
  const columns = [...knownActions, ...byAction.mostFrequentBut(knownActions)].map((action) => ({
    action,
    label: action === undefined ? "no action" : action.replace(/_from_connected_server$/, " from server"),
    count: byAction.of(action),
    filter: actionFilter(action),
    isCommon: common.includes(action),
  }));
  let placed = 0;
  const rows = [...knownTopics, ...byTopic.mostFrequentBut(knownTopics)].map((topic) => {
    const filter = topicFilter(topic);
    const cells = columns.map(({ action, filter: ofAction }): Cell => {
      const count = byBoth.get(topic)?.of(action) ?? 0;
      placed += count;
      const isPossible = possible.get(topic)?.includes(action) ?? false;
      if (count === 0 && !isPossible) return { state: "blank", count };
      return { state: count > 0 ? "seen" : "never", count, filter: `${filter} ${ofAction}` };
    });
    return { topic, label: topicOf(topic).short, count: byTopic.of(topic), filter, cells };
  });
  return { columns, rows, leftOut: total - placed };
}

class Tally<Name extends string | undefined> {
  readonly #counts = new Map<Name, number>();

  get names(): Iterable<Name> {
    return this.#counts.keys();
  }

  add(name: Name, count: number): void {
    this.#counts.set(name, this.of(name) + count);
  }

  of(name: Name): number {
    return this.#counts.get(name) ?? 0;
  }

  mostFrequentBut(known: readonly Name[]): Name[] {
    return [...this.#counts]
      .filter(([name]) => !known.includes(name))
      .sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || (String(a) < String(b) ? -1 : 1))
      .slice(0, MOST_UNKNOWN)
      .map(([name]) => name);
  }
}

/** Of how many names each text is a spelling, by the filter's rules. */
function spelt(names: Iterable<string>, spellings: (name: string) => readonly string[]): (text: string) => number {
  const counts = new Map<string, number>();
  for (const name of names) {
    for (const spelling of new Set(spellings(name).map(fold))) counts.set(spelling, (counts.get(spelling) ?? 0) + 1);
  }
  return (text) => counts.get(fold(text)) ?? 0;
}

/** A term for exactly one of `all`: the short name where that is clear, else one that also tells letter case. */
function topicFilters(all: readonly string[]): (topic: string) => string {
  const count = spelt(all, (topic) => [topic, shortTopic(topic)]);
  return (topic) => {
    const clear = [topicOf(topic).short, topic].find((text) => count(text) === 1);
    if (clear !== undefined) return `topic:${written(clear)}`;
    return `topic:${regex(topic)} -topic:${regex(`misp_json_${topic}`)}`;
  };
}

function actionFilters(all: readonly (string | undefined)[]): (action: string | undefined) => string {
  const count = spelt(
    all.filter((action) => action !== undefined),
    (action) => [action],
  );
  return (action) => {
    if (action === undefined) return "-action:*";
    return `action:${count(action) === 1 ? written(action) : regex(action)}`;
  };
}

/** A value as the filter reads it, in quotes unless it is a plain word. */
const written = (value: string): string =>
  /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(value) ? value : `"${value.replace(/[\\"]/g, "\\$&")}"`;

const regex = (text: string): string => `/^${text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")}$/`;
