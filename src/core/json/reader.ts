/** One reader over bytes: it knows offsets, builds nothing, and keeps numbers as they were sent. */
export { sourceOf, textOf } from "./decode";
export { findFault, type Fault } from "./fault";
export { indent, indented } from "./indent";
export { compilePaths, glance, pick, read, type Paths, type Picked } from "./pick";
export { kindAt, skipValue, type Span } from "./scan";
export { scalars, visit } from "./visit";
