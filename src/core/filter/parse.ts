import type { FilterError } from "./candidate";
import type { Bracket, Term, Token } from "./tokens";

export type Node =
  { kind: "and" | "or"; nodes: readonly Node[] } | { kind: "not"; node: Node } | { kind: "term"; term: Term };

/** Deeper ones are nobody's filter, and whoever walks the tree may recurse. */
const maxDepth = 100;

/** One pair of brackets, or the whole filter: alternatives, the last of them still growing, and a NOT that waits. */
interface Level {
  bracket: Bracket | undefined;
  alternatives: Node[];
  terms: Node[];
  negate: boolean;
}
const level = (bracket?: Bracket): Level => ({ bracket, alternatives: [], terms: [], negate: false });

const join = (kind: "and" | "or", nodes: readonly Node[]): Node =>
  nodes.length === 1 && nodes[0] ? nodes[0] : { kind, nodes };
const negated = (node: Node): Node => (node.kind === "not" ? node.node : { kind: "not", node });

const connectives = new Map<Token["kind"] | undefined, string>([
  ["and", "AND"],
  ["or", "OR"],
  ["not", "NOT"],
  ["minus", "-"],
]);

/** Why no operand stands before `token`, where one must. */
function missing(before: Token | undefined, token: Token): FilterError {
  const column = token.from;
  const waiting = connectives.get(before?.kind);
  if (waiting) return { message: `${waiting} needs something after it.`, column };
  const connective = connectives.get(token.kind);
  if (connective) return { message: `${connective} needs something before it.`, column };
  if (!before) return { message: "This bracket closes nothing. Remove it, or open one before.", column };
  if (token.kind === "close") return { message: "There is nothing in these brackets.", column };
  return { message: "This bracket is not closed. Add a ) to the end.", column: before.from };
}

/** The filter as a tree, undefined where it is empty. AND binds tighter than OR; terms side by side are joined by AND. */
export function parse(tokens: readonly Token[]): Node | FilterError | undefined {
  const levels: Level[] = [];
  let open = level();
  let before: Token | undefined;
  const operand = (node: Node): void => {
    open.terms.push(open.negate ? negated(node) : node);
    open.negate = false;
  };
  for (const token of tokens) {
    const complete = before?.kind === "term" || before?.kind === "close";
    if (before?.kind === "minus" && token.kind !== "end" && token.from > before.to) {
      return { message: "A minus stands right before what it excludes.", column: before.to };
    }
    if (token.kind === "end" && !before) return undefined;
    const needsOperand = token.kind === "and" || token.kind === "or" || token.kind === "close" || token.kind === "end";
    if (needsOperand && !complete) return missing(before, token);
    if (token.kind === "term") {
      if (token.fault) return token.fault;
      operand({ kind: "term", term: token });
    } else if (token.kind === "open") {
      if (levels.length === maxDepth) {
        return { message: `Brackets are nested more than ${maxDepth} deep.`, column: token.from };
      }
      levels.push(open);
      open = level(token);
    } else if (token.kind === "not" || token.kind === "minus") {
      open.negate = !open.negate;
    } else if (token.kind !== "and") {
      open.alternatives.push(join("and", open.terms));
      open.terms = [];
    }
    if (token.kind === "close") {
      const node = join("or", open.alternatives);
      const outer = levels.pop();
      if (!outer) return { message: "This bracket closes nothing. Remove it, or open one before.", column: token.from };
      open = outer;
      operand(node);
    }
    before = token;
  }
  if (open.bracket) return { message: "This bracket is not closed. Add a ) to the end.", column: open.bracket.from };
  return join("or", open.alternatives);
}
