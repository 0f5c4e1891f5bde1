/** Builds and packages: `--target T` (default this machine's) or `--all`. Prints the paths of the VSIX files last. */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build";
import { addonOf, hostTarget, isTarget, root, targets, type Target } from "./targets";
import { zipEntries } from "./zip";

export const MAX_BYTES = 2_000_000;

export const vsixOf = (target: Target): string => path.join(root, `dist/vsix/misp-stream-${target}.vsix`);

/** Not of the folders in it: media/readme is for the README, whose pictures VS Code does not show from a VSIX. */
const filesIn = (folder: string, pattern = /^[^.]/): string[] =>
  readdirSync(path.join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map(({ name }) => path.posix.join(folder, name));

/** Every file of a VSIX, under the names that vsce gives them. */
export function expectedFiles(): string[] {
  const bundled = [
    "extension.js",
    "filterInput.js",
    "publisher.js",
    "engine.js",
    "receiver.js",
    "generator.js",
    "zeromq.node",
  ];
  const webviews = [
    "webview.js",
    "webview.css",
    "overview.js",
    "overview.css",
    "fixture.js",
    "fixture.css",
    "codicon.ttf",
  ];
  return [
    ...["package.json", "readme.md", "changelog.md", "LICENSE.txt"],
    ...filesIn(".", /^package\.nls.*\.json$/),
    ...filesIn("l10n", /^bundle\.l10n.*\.json$/),
    ...filesIn("media"),
    ...[...bundled, ...webviews, "ThirdPartyNotices.txt"].map((name) => `dist/${name}`),
  ].sort();
}

/** Throws unless the VSIX holds exactly the expected files, its target's addon, and fewer than 2 MB. */
export function checkVsix(file: string, target: Target): void {
  const entries = zipEntries(file).filter(({ name }) => name.startsWith("extension/"));
  const names = entries.map(({ name }) => name.slice("extension/".length)).sort();
  const expected = expectedFiles();
  const wrong = [
    ...names.filter((name) => !expected.includes(name)).map((name) => `${name} does not belong in it`),
    ...expected.filter((name) => !names.includes(name)).map((name) => `${name} is missing`),
  ];
  const addon = entries.find(({ name }) => name === "extension/dist/zeromq.node");
  if (addon?.bytes !== statSync(addonOf(target)).size) wrong.push("zeromq.node is not this target's");
  const { size } = statSync(file);
  if (size >= MAX_BYTES) wrong.push(`${size} bytes are over ${MAX_BYTES}`);
  if (wrong.length > 0) throw new Error(`${file}: ${wrong.join("; ")}.`);
}

/** vsce has no types and is called as a person would. Resolves with what it prints; its warnings pass through. */
function vsce(cwd: string, ...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [require.resolve("@vscode/vsce/vsce"), ...args, "--no-dependencies"], {
    cwd,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? resolve(said) : reject(new Error(`vsce ${args[0] ?? ""}: ${said}`))));
  });
}

/** Packages these files of the project, with the target's own addon, from a folder that no one else uses. */
async function packageFor(target: Target, files: readonly string[]): Promise<string> {
  const stage = mkdtempSync(path.join(root, `dist/stage-${target}-`));
  try {
    for (const name of [...files, ".vscodeignore"]) cpSync(path.join(root, name), path.join(stage, name));
    cpSync(addonOf(target), path.join(stage, "dist/zeromq.node"));
    const vsix = path.join(stage, "misp-stream.vsix");
    const options = ["--allow-missing-repository", "--no-rewrite-relative-links"];
    await vsce(stage, "package", "--target", target, "--out", vsix, ...options);
    checkVsix(vsix, target);
    renameSync(vsix, vsixOf(target));
  } finally {
    rmSync(stage, { recursive: true });
  }
  return vsixOf(target);
}

/** Builds, and packages for these targets at the same time. Resolves with the paths. */
export async function packageAll(chosen: readonly Target[]): Promise<string[]> {
  await build();
  mkdirSync(path.join(root, "dist/vsix"), { recursive: true });
  const files = (await vsce(root, "ls")).trim().split("\n");
  return Promise.all(chosen.map((target) => packageFor(target, files)));
}

function chosenTargets(): Target[] {
  const { values } = parseArgs({ options: { target: { type: "string" }, all: { type: "boolean" } } });
  const all = Object.keys(targets).filter(isTarget);
  if (values.all) return all;
  const target = values.target ?? hostTarget();
  if (!isTarget(target)) throw new Error(`There is no target "${target}". There is ${all.join(", ")}.`);
  return [target];
}

if (require.main === module) {
  Promise.resolve()
    .then(() => packageAll(chosenTargets()))
    .then((files) => console.log(files.join("\n")))
    .catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    });
}
