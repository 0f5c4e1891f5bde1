// Runs before anything is installed, so it is plain JavaScript: brings node_modules to what package-lock.json says.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`MISP Stream is built with Node 20.19 or newer; this is ${process.version}.`);
  process.exit(1);
}

function packagesOf(lockfile) {
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(root + lockfile, "utf8")).packages));
  } catch {
    return new Map();
  }
}

const wanted = packagesOf("package-lock.json");
const installed = packagesOf("node_modules/.package-lock.json");
const stale = [...wanted].some(
  ([name, { integrity, optional }]) => name !== "" && !optional && installed.get(name)?.integrity !== integrity,
);
if (stale) {
  console.log("Installing npm packages …");
  // No package needs its install script: zeromq and esbuild bring their binaries along.
  const { status, error } = spawnSync("npm", ["ci", "--ignore-scripts", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (error) console.error(`npm could not be run: ${error.message}`);
  process.exitCode = status ?? 1;
}
