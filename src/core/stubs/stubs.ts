import { pytestStub } from "./pytest";
import type { StubFixture } from "./stub";
import { vitestStub } from "./vitest";

/** A framework a test can be written for. */
interface Framework {
  readonly name: string;
  /** For people, as a list shows it. */
  readonly title: string;
  readonly detail: string;
  /** VS Code's name of the language. */
  readonly language: string;
  /** Of a file that the framework finds by itself; `stem` is a word. */
  readonly fileName: (stem: string) => string;
  readonly write: (fixture: StubFixture) => string;
}

/** One record a framework. */
export const frameworks = [
  {
    name: "pytest",
    title: "pytest",
    detail: "Python, with pyzmq",
    language: "python",
    fileName: (stem) => `test_${stem}.py`,
    write: pytestStub,
  },
  {
    name: "vitest",
    title: "Vitest",
    detail: "TypeScript, with zeromq.js",
    language: "typescript",
    fileName: (stem) => `${stem}.test.ts`,
    write: vitestStub,
  },
] as const satisfies readonly Framework[];

export type FrameworkName = (typeof frameworks)[number]["name"];

/** The word a test of this fixture is named by: `attribute.misp.jsonl` gives `attribute`. */
export function stemOf(fixture: string): string {
  const name = fixture.split(/[/\\]/).at(-1) ?? "";
  const stem = name.replace(/(?:\.misp)?\.\w+$/i, "").replace(/\W+/g, "_");
  return stem.replace(/^_+|_+$/g, "").slice(0, 80) || "feed";
}
