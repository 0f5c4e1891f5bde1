import { analysis, distribution, referencedType, threatLevel } from "./enumerations";

/** Milliseconds since 1970 of what MISP writes as seconds; undefined for its "never", 0, and for what is no such number. */
export function momentOf(seconds: string): number | undefined {
  const at = /^\d{1,12}$/.test(seconds) ? Number(seconds) * 1_000 : 0;
  return at === 0 || Number.isNaN(new Date(at).getTime()) ? undefined : at;
}

/** A word, or a moment in milliseconds since 1970. */
type Hint = (sent: string) => string | number | undefined;

const word =
  (meaning: (sent: string) => string): Hint =>
  (sent) => {
    const told = meaning(sent);
    return told === sent ? undefined : told;
  };

/** By names that mean the same wherever MISP writes them. */
const hints = new Map<string, Hint>([
  ["threat_level_id", word(threatLevel)],
  ["analysis", word(analysis)],
  ["distribution", word(distribution)],
  ["default_distribution", word(distribution)],
  ["referenced_type", word(referencedType)],
  ...[
    "timestamp",
    "publish_timestamp",
    "sighting_timestamp",
    "date_sighting",
    "date_created",
    "date_modified",
    "current_login",
    "last_login",
    "last_api_access",
    "last_pw_change",
  ].map((name): [string, Hint] => [name, momentOf]),
]);

/** What a member's value means, by the member's name alone: `High` of a `threat_level_id` "1"; undefined for most. */
export const hintOf = (name: string, sent: string): string | number | undefined => hints.get(name)?.(sent);
