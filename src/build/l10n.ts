/** The texts of the host that can be translated, for l10n/bundle.l10n.json. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { root } from "./targets";

const isTranslation = ({ expression }: ts.CallExpression): boolean =>
  ts.isPropertyAccessExpression(expression)
    ? expression.name.text === "t" && /\bl10n$/.test(expression.expression.getText())
    : ts.isIdentifier(expression) && expression.text === "t";

/** First arguments of the calls of `l10n.t` or `t` in one source. Throws where one is not written out there. */
function textsOf(file: string, source: string): string[] {
  const texts: string[] = [];
  const parsed = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isTranslation(node)) {
      const [text] = node.arguments;
      if (!text || !ts.isStringLiteralLike(text)) throw new Error(`${file}: ${node.getText()} has no literal text.`);
      texts.push(text.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(parsed);
  return texts;
}

/** Rooms whose texts VS Code translates: the host's own, and what the host says in the words of the contracts. */
const ROOMS = ["src/host", "src/protocol"];

/** The bundle as the file holds it: every text under itself, by name. */
export function l10nBundle(): string {
  const texts = ROOMS.flatMap((room) =>
    readdirSync(path.join(root, room), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .flatMap((name) => textsOf(name, readFileSync(path.join(root, room, name), "utf8"))),
  );
  const bundle = Object.fromEntries([...new Set(texts)].sort().map((text) => [text, text]));
  return `${JSON.stringify(bundle, null, 2)}\n`;
}
