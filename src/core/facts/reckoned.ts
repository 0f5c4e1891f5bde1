import { isTrue } from "../enumerations";
import { shapeText } from "../shapes";
import { LISTED, VALUE, type FactLine, type Reckoned, type Tag } from "./fact";

/** Values counted between two pauses. */
const COUNTED_AT_ONCE = 5_000;
/** Galaxies and related events that are listed, each in a line. */
const MOST_LINES = 10;

const number = (count: number): string => count.toLocaleString("en");
const andMore = (total: number, told: number): string => (total > told ? `, and ${number(total - told)} more` : "");

/** Names of tags in one line, and each with its colour. */
export function tagsOf(path: string): Reckoned {
  return {
    paths: [],
    needsAll: true,
    *read(_, values) {
      const tags: Tag[] = [];
      let total = 0;
      for (const tag of values.objects(path)) {
        const colour = tags.length < LISTED ? values.text(tag, "colour") : undefined;
        if (tags.length < LISTED) tags.push({ name: values.text(tag, "name") ?? "", ...(colour && { colour }) });
        if (++total % COUNTED_AT_ONCE === 0) yield total;
      }
      const names = tags.map(({ name }) => name).join(", ");
      const more = total - tags.length;
      if (total === 0) return [];
      return [{ name: "Tags", value: names + andMore(total, tags.length), tags, ...(more > 0 && { more }) }];
    },
  };
}

/** A tag by itself. */
export const tag: Reckoned = {
  paths: ["Tag.name", "Tag.colour"],
  read: (fields) => {
    const [name, colour] = [fields.text("Tag.name", VALUE), fields.text("Tag.colour", VALUE)];
    if (name === undefined) return [];
    return [{ name: "Tag", value: name, ...(colour && { raw: colour }), tags: [{ name, ...(colour && { colour }) }] }];
  },
};

/** A line a galaxy: its name, and what of it was chosen. */
export function galaxiesOf(path: string): Reckoned {
  return {
    paths: [],
    needsAll: true,
    *read(_, values) {
      const lines: FactLine[] = [];
      let total = 0;
      for (const galaxy of values.objects(path)) {
        total += 1;
        if (lines.length === MOST_LINES) {
          yield total;
          continue;
        }
        const chosen: string[] = [];
        let clusters = 0;
        for (const cluster of values.objects("GalaxyCluster", galaxy)) {
          if (chosen.length < LISTED) chosen.push(values.text(cluster, "value") ?? "");
          if (++clusters % COUNTED_AT_ONCE === 0) yield clusters;
        }
        const name = values.text(galaxy, "name") ?? values.text(galaxy, "type") ?? "";
        const list = chosen.join(", ") + andMore(clusters, chosen.length);
        lines.push({ name: "Galaxy", value: [name, list].filter(Boolean).join(": ") || "without a name" });
      }
      return withRest(lines, total, "Galaxies");
    },
  };
}

/** A line for each event that shares values with it, as MISP found them. */
export const relatedEvents: Reckoned = {
  paths: [],
  needsAll: true,
  *read(_, values) {
    const lines: FactLine[] = [];
    let total = 0;
    for (const related of values.objects("Event.RelatedEvent.Event")) {
      if (++total % COUNTED_AT_ONCE === 0) yield total;
      if (lines.length === MOST_LINES) continue;
      const text = (name: string): string => values.text(related, name) ?? "";
      const id = text("id") && `#${text("id")}`;
      const raw = [id, text("date")].filter(Boolean).join(", ");
      const info = text("info");
      lines.push({ name: "Related event", value: info || id || "without a number", ...(info && raw && { raw }) });
    }
    return withRest(lines, total, "Related events");
  },
};

const withRest = (lines: FactLine[], total: number, name: string): FactLine[] =>
  total > lines.length ? [...lines, { name, value: `${number(total - lines.length)} more` }] : lines;

/** A published event's contents, counted: MISP's own count is of another moment. */
export const contents: Reckoned = {
  paths: ["Event", "Event.attribute_count"],
  needsAll: true,
  *read(fields, values) {
    const counted = { own: 0, inObjects: 0, detection: 0 };
    const count = function* (kind: "own" | "inObjects", from?: number): Generator<number, void> {
      for (const attribute of values.objects(from === undefined ? "Event.Attribute" : "Attribute", from)) {
        counted[kind] += 1;
        if (isTrue(values.text(attribute, "to_ids") ?? "")) counted.detection += 1;
        const done = counted.own + counted.inObjects;
        if (done % COUNTED_AT_ONCE === 0) yield done;
      }
    };
    let objects = 0;
    yield* count("own");
    for (const object of values.objects("Event.Object")) {
      objects += 1;
      yield* count("inObjects", object);
    }
    const { own, inObjects, detection } = counted;
    const total = own + inObjects;
    const where = inObjects > 0 ? `: ${number(inObjects)} in objects, ${number(own)} of its own` : "";
    const says = fields.text("Event.attribute_count", VALUE) ?? String(total);
    return [
      {
        name: "Attributes",
        value: number(total) + where,
        ...(says === String(total) ? {} : { raw: `attribute_count says ${says}` }),
      },
      { name: "Objects", value: number(objects) },
      { name: "For detection", value: number(detection), raw: "to_ids true" },
    ];
  },
};

/** Names of the fields a logged change touched; old and new values can be keys and passwords. */
export const changedFields: Reckoned = {
  paths: [],
  needsAll: true,
  read: (_, values) => {
    const names = values.names("AuditLog.change", LISTED);
    return names.length === 0 ? [] : [{ name: "Changed", value: names.join(", ") }];
  },
};

export const shape: Reckoned = {
  paths: [],
  needsAll: true,
  read: (_, { nodes }) => [{ name: "Shape", value: shapeText(nodes.kind(0), nodes.children(0)) }],
};
