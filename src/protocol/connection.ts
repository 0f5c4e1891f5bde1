import * as v from "valibot";
import type { Connection } from "../core/connection";

/** Where a feed stands, as our own side tells it. */
export const connection = v.custom<Connection>((value) =>
  v.is(v.object({ state: v.string(), since: v.number() }), value),
);
