interface Kind {
  readonly topic: string;
  readonly action?: string | undefined;
}

const MOST_NAME = 80;

/** A name for the type of each kind, no two alike: `MispJsonAttributeEdit`. Letters and digits of ASCII alone. */
export function typeNames(kinds: readonly Kind[]): string[] {
  const taken = new Set<string>();
  return kinds.map(({ topic, action = "" }) => {
    const words = `${topic} ${action}`.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
    const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
    const wanted = (/^[A-Za-z]/.test(joined) ? joined : `Message${joined}`).slice(0, MOST_NAME);
    let name = wanted;
    for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${wanted}${number}`;
    taken.add(name.toLowerCase());
    return name;
  });
}
