/** Set by the bundler, from package.json. */
declare const MISP_STREAM_VERSION: string | undefined;

export const VERSION = typeof MISP_STREAM_VERSION === "string" ? MISP_STREAM_VERSION : "0.0.0";
/** As provenance names it. */
export const TOOL = `MISP Stream ${VERSION}`;
