import { titleOf } from "../action";
import { isTrue } from "../enumerations";
import { shapeText } from "../shapes";
import { LISTED, VALUE, type FactLine, type Reckoned } from "./fact";

/** The value and, of a composite type, each of its parts under the part's name. */
export function valueOf(root: string): Reckoned {
  const [whole, first, second, type] = [`${root}.value`, `${root}.value1`, `${root}.value2`, `${root}.type`] as const;
  return {
    paths: [whole, first, second, type],
    read: (fields) => {
      const halves = [first, second].map((path) => fields.text(path, VALUE)).filter((half) => half !== undefined);
      const value = fields.text(whole, VALUE) ?? halves.join("|");
      if (value === "") return [];
      const names = (fields.text(type, VALUE) ?? "").split("|");
      const bar = value.indexOf("|");
      const parts = [value.slice(0, bar), value.slice(bar + 1)];
      const composite = names.length === 2 && bar >= 0;
      const lines = names.map((name, index): FactLine => ({ name, value: parts[index] ?? "" }));
      return [{ name: "Value", value }, ...(composite ? lines : [])];
    },
  };
}

/** Names of tags in one line. */
export function tagsOf(path: string): Reckoned {
  return {
    paths: [],
    read: (fields) => {
      const { texts, total } = fields.list(`${path}.name`, LISTED);
      const more = total > texts.length ? `, and ${(total - texts.length).toLocaleString("en")} more` : "";
      return total === 0 ? [] : [{ name: "Tags", value: texts.join(", ") + more }];
    },
  };
}

/** A published event's contents, counted: MISP's own count is of another moment. */
export const contents: Reckoned = {
  paths: ["Event", "Event.attribute_count"],
  read: (fields) => {
    const own = fields.count("Event.Attribute");
    const inObjects = fields.count("Event.Object.Attribute");
    const total = own + inObjects;
    const detection =
      fields.count("Event.Attribute.to_ids", isTrue) + fields.count("Event.Object.Attribute.to_ids", isTrue);
    const number = (count: number): string => count.toLocaleString("en");
    const where = inObjects > 0 ? `: ${number(inObjects)} in objects, ${number(own)} of its own` : "";
    const says = fields.text("Event.attribute_count", VALUE) ?? String(total);
    return [
      {
        name: "Attributes",
        value: number(total) + where,
        ...(says === String(total) ? {} : { raw: `attribute_count says ${says}` }),
      },
      { name: "Objects", value: number(fields.count("Event.Object")) },
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
  paths: ["AuditLog.change"],
  read: (fields) => {
    const names = fields.names("AuditLog.change", LISTED);
    return names.length === 0 ? [] : [{ name: "Changed", value: names.join(", ") }];
  },
};

export const shape: Reckoned = { paths: [], read: (fields) => [{ name: "Shape", value: shapeText(fields) }] };
