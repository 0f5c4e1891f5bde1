/** What the module in the extension host is told, through its environment. */
import type { Plan } from "./plan";

export type HostSection = "ingest" | "loop" | "soak";

export interface HostOrder {
  readonly section: HostSection;
  readonly plan: Plan;
  /** The file for its rows, or for why there are none. */
  readonly results: string;
}

const VARIABLE = "MISP_STREAM_BENCH";

export const hostEnvironment = (order: HostOrder): Record<string, string> => ({ [VARIABLE]: JSON.stringify(order) });
export const hostOrder = (): HostOrder => JSON.parse(process.env[VARIABLE] ?? "") as HostOrder;
