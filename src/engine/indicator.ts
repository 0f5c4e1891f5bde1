import type { Values } from "../core/facts/values";
import { partsOf, wholeValue } from "../core/indicators/composite";
import { defang } from "../core/indicators/defang";
import type { IndicatorValue } from "../protocol/engine";

/** Characters of a value that are told. */
const MOST = 10_000;
const homes = new Map([
  ["misp_json_attribute", "Attribute"],
  ["misp_json_sighting", "Sighting.Attribute"],
]);

/** The value of the attribute a message is about, and the parts of a composite one. */
export function indicatorOf(values: Values, topic: string): IndicatorValue | undefined {
  const home = homes.get(topic);
  if (home === undefined) return undefined;
  const text = (name: string): string | undefined => textAt(values, `${home}.${name}`);
  const type = text("type");
  const attribute = { type, value: text("value"), value1: text("value1"), value2: text("value2") };
  const value = wholeValue(attribute);
  if (value === undefined || type === undefined) return undefined;
  const parts = partsOf(attribute).map(({ value, types }) => ({ types: [...types], ...told(value, types[0]) }));
  return { type, ...told(value, type), parts };
}

function told(value: string, type: string | undefined): { value: string; defanged?: string } {
  const defanged = defang(value, type);
  return { value, ...(defanged === undefined || defanged === value ? {} : { defanged }) };
}

function textAt(values: Values, path: string): string | undefined {
  const node = values.at(path);
  const { nodes } = values;
  if (node === undefined || nodes.isContainer(node) || nodes.kind(node) === "null") return undefined;
  return nodes.head(node, MOST).text;
}
