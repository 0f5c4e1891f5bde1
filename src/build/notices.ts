/** The licence texts of everything that a VSIX holds and others wrote, as one file. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Metafile } from "esbuild";
import { root } from "./targets";

/** What the native addon holds besides zeromq's own code; its package only names or omits these texts. */
const inAddon = [
  { name: "libzmq (compiled into zeromq.node)", text: "src/build/licenses/MPL-2.0.txt" },
  { name: "libsodium (compiled into zeromq.node)", text: "src/build/licenses/libsodium.txt" },
];

/** Packages that name their licence and bring no text of it. */
const textsOf: Readonly<Record<string, string>> = { "quicktype-core": "src/build/licenses/Apache-2.0.txt" };

function licencesOf(name: string, folder: string): string[] {
  const text = textsOf[name];
  if (text !== undefined) return [readFileSync(path.join(root, text), "utf8").trim()];
  const found = readdirSync(folder).filter((name) => /^licen[cs]e/i.test(name));
  if (found.length === 0) throw new Error(`${folder} is bundled and has no licence text.`);
  return found.map((name) => readFileSync(path.join(folder, name), "utf8").trim());
}

/** The npm packages whose code, style or fonts went into the bundles, by name. */
export function bundledPackages(metafiles: readonly Metafile[]): string[] {
  const names = metafiles
    .flatMap(({ inputs }) => Object.keys(inputs))
    .map((input) => /(?:^|.*\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1])
    .filter((name) => name !== undefined);
  return [...new Set(names)].sort();
}

export function notices(packages: readonly string[]): string {
  const sections = packages.map((name) => {
    const folder = path.join(root, "node_modules", name);
    const { version, license } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as {
      version: string;
      license: string;
    };
    return [`${name} ${version} (${license})`, ...licencesOf(name, folder)];
  });
  for (const { name, text } of inAddon) sections.push([name, readFileSync(path.join(root, text), "utf8").trim()]);
  const opening = "MISP Stream holds the following works of others, under these licences.";
  return [opening, ...sections.map((section) => section.join("\n\n"))].join(`\n\n${"-".repeat(80)}\n\n`) + "\n";
}
