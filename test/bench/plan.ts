/** What a measured program is told: by its one argument in plain Node, by the environment in the extension host. */
import type { Size } from "./payloads";
import type { Peers } from "./peers";

export interface Plan {
  readonly peers: Peers;
  /** Files, by size. */
  readonly payloads: Readonly<Record<Size, readonly string[]>>;
  /** A folder of this run for whatever it writes. */
  readonly folder: string;
  /** Engine and receiver as they are shipped. */
  readonly engine: string;
  readonly receiver: string;
  readonly rounds: number;
  /** What every count is divided by: 1, or more to see only whether the bench works. */
  readonly divisor: number;
  readonly soakMinutes: number;
}

/** A count of messages under this plan, at least `floor`. */
export const scaled = ({ divisor }: Plan, count: number, floor = 1): number =>
  Math.max(floor, Math.round(count / divisor));

/** Says on stderr how far it has come. */
export const progress = (text: string): void => console.error(`   ${text}`);
