import { titleOf } from "../action";
import { isTrue } from "../enumerations";
import { partsOf, wholeValue } from "../indicators/composite";
import { shapeText } from "../shapes";
import { LISTED, VALUE, type Reckoned } from "./fact";

/** Values counted between two pauses. */
const COUNTED_AT_ONCE = 5_000;

/** The value and, of a composite type, each of its parts under the part's name. */
export function valueOf(root: string): Reckoned {
  const [whole, first, second, type] = [`${root}.value`, `${root}.value1`, `${root}.value2`, `${root}.type`] as const;
  return {
    paths: [whole, first, second, type],
    read: (fields) => {
      const text = (path: string): string | undefined => fields.text(path, VALUE);
      const sent = { type: text(type), value: text(whole), value1: text(first), value2: text(second) };
      const value = wholeValue(sent);
      return value === undefined
        ? []
        : [{ name: "Value", value }, ...partsOf(sent).map(({ name, value }) => ({ name, value }))];
    },
  };
}

/** Names of tags in one line. */
export function tagsOf(path: string): Reckoned {
  return {
    paths: [],
    needsAll: true,
    *read(_, values) {
      const names: string[] = [];
      let total = 0;
      for (const tag of values.objects(path)) {
        if (names.length < LISTED) names.push(values.text(tag, "name") ?? "");
        if (++total % COUNTED_AT_ONCE === 0) yield total;
      }
      const more = total > names.length ? `, and ${(total - names.length).toLocaleString("en")} more` : "";
      return total === 0 ? [] : [{ name: "Tags", value: names.join(", ") + more }];
    },
  };
}

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
    const number = (count: number): string => count.toLocaleString("en");
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

/** MISP swaps a user's `add` and `edit`; what is meant comes first. */
export const userAct: Reckoned = {
  paths: ["action"],
  read: (fields) => {
    const action = fields.text("action", VALUE);
    if (action !== "add" && action !== "edit") return [];
    const value = titleOf({ topic: "misp_json_user", action });
    return [{ name: "Action", value, raw: `MISP says ${action}: it swaps add and edit for users` }];
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
