/** What the bench has on this machine: the peers, made where they can be made, and a folder for what it writes. */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { cache, hashOf, once } from "../../src/build/stamp";
import { root } from "../../src/build/targets";
import { installBenchPeers, onPath, python } from "../../src/build/tools";
import type { Peers } from "./peers";

/** Git-ignored, with the rest of the cache. */
export const folder = path.join(cache, "bench");

async function compile(name: string, ...libraries: readonly string[]): Promise<string> {
  const source = `test/bench/peers/${name}.c`;
  const program = path.join(folder, "bin", name);
  mkdirSync(path.dirname(program), { recursive: true });
  await once(`bench-${name}`, hashOf([source, path.relative(root, program)]), () => {
    execFileSync("gcc", ["-O2", "-o", program, path.join(root, source), ...libraries], { stdio: "inherit" });
  });
  return program;
}

/** Installs and compiles what can be had and says what cannot. Throws where there is no C compiler: nothing can send. */
export async function findPeers(): Promise<Peers> {
  const missing = installBenchPeers();
  if (missing.has("gcc")) {
    throw new Error("The bench needs gcc for the program that sends. Install the Debian package gcc, or its like.");
  }
  if (missing.size > 0) {
    const names = [...missing].join(", ");
    console.error(`There is no ${names}: what is compared with it is not measured. Install the Debian packages.`);
  }
  const jq = onPath("jq");
  return {
    publisher: await compile("publisher"),
    ...(!missing.has("libzmq3-dev") && { receiver: await compile("receiver", "-lzmq") }),
    ...(!missing.has("python3-zmq") && {
      python: { command: python, script: path.join(root, "test/bench/peers/receiver.py") },
    }),
    ...(jq !== undefined && { jq }),
  };
}
