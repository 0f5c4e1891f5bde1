import * as v from "valibot";

export const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** A message's number in its capture. */
export const seq = v.pipe(v.number(), v.integer(), v.minValue(1));
/** A capture's id is the name of its folder too. */
export const captureId = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/));
/** Colour role of an icon. */
export const tone = v.picklist(["added", "changed", "removed", "seen"]);
