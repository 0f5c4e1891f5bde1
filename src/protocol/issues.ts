import * as v from "valibot";

/** Kinds of values as schemas call them, in words. */
const kinds = new Map([
  ["string", "a string"],
  ["number", "a number"],
  ["boolean", "true or false"],
  ["Array", "an array"],
  ["Object", "an object"],
]);

/** What a check asks for, by its name and what it compares with. */
const checks = new Map<string, (requirement: unknown) => string>([
  ["integer", () => "an integer"],
  ["finite", () => "a finite number"],
  ["min_value", (least) => `a number of at least ${String(least)}`],
  ["max_value", (most) => `a number of at most ${String(most)}`],
]);

const MAX_TOLD = 3;
const MAX_PATH = 100;

/**
 * Where a value does not fit a schema and what belongs there: `count: expected a number of at most 10000`. Never what
 * was given: it may be a password.
 */
export function describeIssues(issues: readonly v.BaseIssue<unknown>[]): string {
  const told = issues.slice(0, MAX_TOLD).map((issue) => {
    const path = v.getDotPath(issue)?.slice(0, MAX_PATH);
    return path === undefined ? expectation(issue) : `${path}: ${expectation(issue)}`;
  });
  return told.join("; ") + (issues.length > MAX_TOLD ? `; and ${issues.length - MAX_TOLD} more` : "");
}

function expectation({ type, expected, requirement }: v.BaseIssue<unknown>): string {
  const check = checks.get(type);
  if (check) return `expected ${check(requirement)}`;
  // A key that is not there is told as an object whose key in quotes was expected.
  if (type.endsWith("object") && expected?.startsWith('"')) return "missing";
  const choices = (expected ?? "another value").replace(/^\((.*)\)$/s, "$1").split(" | ");
  return `expected ${choices.map((choice) => kinds.get(choice) ?? choice).join(" or ")}`;
}
