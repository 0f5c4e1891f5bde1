import { existsSync } from "node:fs";
import path from "node:path";

/**
 * The targets a VSIX is packaged for, and the one native addon each carries, below `zeromq/build`. All are N-API, so
 * one serves every Node and Electron. On linux `127` needs the oldest glibc (2.25; `115` and `147` need 2.38).
 */
export const targets = {
  "linux-x64": "linux/x64/node/glibc-127-Release",
  "linux-arm64": "linux/arm64/node/glibc-127-Release",
  "alpine-x64": "linux/x64/node/musl-127-Release",
  "alpine-arm64": "linux/arm64/node/musl-127-Release",
  "darwin-x64": "darwin/x64/node/libc-115-Release",
  "darwin-arm64": "darwin/arm64/node/libc-115-Release",
  "win32-x64": "win32/x64/node/msvc-115-Release",
  "win32-arm64": "win32/arm64/node/msvc-115-Release",
} as const;
export type Target = keyof typeof targets;

export const root = path.resolve(__dirname, "../..");
export const addonOf = (target: Target): string =>
  path.join(root, "node_modules/zeromq/build", targets[target], "addon.node");

export const isTarget = (name: string): name is Target => Object.hasOwn(targets, name);

/** This machine's target. Throws where zeromq has no addon for it. */
export function hostTarget(): Target {
  const system = process.platform === "linux" && existsSync("/etc/alpine-release") ? "alpine" : process.platform;
  const name = `${system}-${process.arch}`;
  if (isTarget(name)) return name;
  throw new Error(`There is no ZeroMQ addon for ${name}. There is one for ${Object.keys(targets).join(", ")}.`);
}
