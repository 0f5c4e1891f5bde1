/** Composite values: what MISP keeps as one attribute, `evil.example|192.0.2.9`, and could be submitted as several. */

/** An attribute's value as far as it was sent. */
export interface AttributeValue {
  readonly type?: string | undefined;
  readonly value?: string | undefined;
  readonly value1?: string | undefined;
  readonly value2?: string | undefined;
}

export interface IndicatorPart {
  /** As the composite type calls it: `ip`. */
  readonly name: string;
  readonly value: string;
  /** Types the part can be submitted as on its own, likeliest first; of several the direction decides. */
  readonly types: readonly string[];
}

/** Parts whose name is no type of MISP's. */
const typesByName = new Map<string, readonly string[]>([
  ["ip", ["ip-dst", "ip-src"]],
  ["value", ["text"]],
]);

/** Composite types whose name does not say what they hold. */
const namesByType = new Map<string, readonly string[]>([["malware-sample", ["filename", "md5"]]]);

/** What a type's values consist of; one name where the type is not composite. */
const namesOf = (type: string): readonly string[] => namesByType.get(type) ?? type.split("|");

/** The value whole: as sent, else put together from its halves; undefined where neither says anything. */
export function wholeValue({ value, value1, value2 }: AttributeValue): string | undefined {
  if (value !== undefined && value !== "") return value;
  const halves = [value1, value2].filter((half) => half !== undefined && half !== "");
  return halves.length === 0 ? undefined : halves.join("|");
}

/**
 * The parts of a composite value, joined by bars the whole again; none where the type or the value is not composite. A
 * type unknown to MISP is split all the same, its names taken for types. Bars beyond those of the type stay in the last
 * part, unless `value1` and `value2` tell where to cut.
 */
export function partsOf(attribute: AttributeValue): IndicatorPart[] {
  const names = namesOf(attribute.type ?? "");
  const value = wholeValue(attribute);
  if (names.length < 2 || !value?.includes("|")) return [];
  const { value1, value2 } = attribute;
  const isCut = names.length === 2 && value1 !== undefined && value === `${value1}|${value2 ?? ""}`;
  const values = isCut ? [value1, value2 ?? ""] : split(value, names.length);
  return values.map((part, index) => {
    const name = names[index] ?? "";
    return { name, value: part, types: typesByName.get(name) ?? [name] };
  });
}

/** At its first bars into `most` pieces, or as many as there are. */
function split(value: string, most: number): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (let bar = value.indexOf("|"); bar >= 0 && pieces.length < most - 1; bar = value.indexOf("|", from)) {
    pieces.push(value.slice(from, bar));
    from = bar + 1;
  }
  return [...pieces, value.slice(from)];
}
