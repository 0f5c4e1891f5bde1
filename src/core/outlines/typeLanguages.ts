/** What the types of messages can be written in, one record each. */
interface TypeLanguage {
  readonly name: string;
  /** For people, as a list shows it. */
  readonly title: string;
  readonly detail: string;
  /** VS Code's name of the language. */
  readonly language: string;
  readonly fileName: string;
}

export const typeLanguages = [
  {
    name: "schema",
    title: "JSON Schema",
    detail: "to check messages in any language",
    language: "json",
    fileName: "misp.schema.json",
  },
  {
    name: "typescript",
    title: "TypeScript",
    detail: "an interface for each topic and action",
    language: "typescript",
    fileName: "misp.ts",
  },
  {
    name: "pydantic",
    title: "Python, Pydantic",
    detail: "a model for each topic and action, read with model_validate",
    language: "python",
    fileName: "misp.py",
  },
  {
    name: "dataclass",
    title: "Python, dataclasses",
    detail: "a class for each topic and action, read with from_dict",
    language: "python",
    fileName: "misp.py",
  },
] as const satisfies readonly TypeLanguage[];

export type TypeLanguageName = (typeof typeLanguages)[number]["name"];
export const typeLanguageNames = typeLanguages.map(({ name }) => name);
