import { InputData, jsonInputForTargetLanguage, quicktype } from "quicktype-core";
import type { TypeLanguageName } from "../../core/outlines/typeLanguages";
import { typeNames } from "../../core/outlines/typeNames";
import { visible } from "../../core/text";
import type { Outlines, TypeOrder } from "../../protocol/outlines";
import { languages } from "./languages";

/** Types of messages by topic and action, one after another with those they have in common. */
export async function generateTypes({ outlines, language: name, header }: TypeOrder): Promise<string> {
  const { language, options } = languages[name](membersOf(outlines));
  const names = typeNames(outlines.kinds);
  const input = jsonInputForTargetLanguage(language);
  for (const [at, { outlines: samples }] of outlines.kinds.entries()) {
    if (samples.length > 0) await input.addSource({ name: names[at] ?? "", samples: [...samples] });
  }
  const inputData = new InputData();
  inputData.addInput(input);
  const { lines } = await quicktype({
    inputData,
    lang: language,
    rendererOptions: options,
    fixedTopLevels: true,
    // Outlines hold no values to infer from, and MISP's references are no JSON references.
    inferEnums: false,
    inferUuids: false,
    inferDateTimes: false,
    inferIntegerStrings: false,
    inferBooleanStrings: false,
    ignoreJsonRefs: true,
  });
  const text = lines.join("\n").trim();
  return `${name === "schema" ? schemaText(text, names, header) : commented(text, name, header)}\n`;
}

/** Those that can be names in a program: an outline holds no text that is not empty, so that what is in quotes is a name. */
const membersOf = ({ kinds }: Outlines): string[] => [
  ...new Set(
    kinds.flatMap((kind) =>
      kind.outlines.flatMap((text) => Array.from(text.matchAll(/"([A-Za-z]\w*)":/g), ([, member = ""]) => member)),
    ),
  ),
];

function commented(text: string, name: TypeLanguageName, header: readonly string[]): string {
  const mark = name === "typescript" ? "//" : "#";
  return `${header.map((line) => `${mark} ${visible(line)}`).join("\n")}\n\n${text.replace(/^type /gm, "export type ")}`;
}

interface Definition {
  additionalProperties?: unknown;
}

/** One of the messages, each of which may have members that none had yet. */
function schemaText(text: string, names: readonly string[], header: readonly string[]): string {
  const schema = JSON.parse(text) as { $schema: string; definitions: Record<string, Definition> };
  for (const definition of Object.values(schema.definitions))
    if (definition.additionalProperties === false) delete definition.additionalProperties;
  const anyOf = names
    .filter((name) => Object.hasOwn(schema.definitions, name))
    .map((name) => ({ $ref: `#/definitions/${name}` }));
  return JSON.stringify(
    { $schema: schema.$schema, description: header.join("\n"), anyOf, definitions: schema.definitions },
    null,
    2,
  );
}
