/** `npm start`: MISP Stream in a VS Code with a profile of its own, connected to a publisher of realistic messages. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ZeroMqSender } from "../feed/sender";
import { freePort, installVsix, makeProfile, startServer, writeSettings, type Profile } from "./codeServer";
import { packageAll, vsixOf } from "./package";
import { cache, hashOf, once } from "./stamp";
import { hostTarget, root } from "./targets";
import { installCodeServer, onPath } from "./tools";

const sources = ["src", "media", "l10n", "package.json", "package.nls.json", "package-lock.json"];
const documents = ["README.md", "CHANGELOG.md", "LICENSE", ".vscodeignore"];
const vsix = vsixOf(hostTarget());
const MISP_PORT = 50_000;
const WORKBENCH_PORT = 50_080;
const MESSAGES_A_SECOND = 3;

/** An editor that is open until `closed`. `close` ends what can be ended from outside. */
interface Editor {
  closed: Promise<void>;
  close(): Promise<void>;
}

/** The `code` command of a desktop VS Code. In a remote terminal it only talks to the window outside. */
const desktopCode = (): string | undefined =>
  process.env["VSCODE_IPC_HOOK_CLI"] ? undefined : onPath(process.platform === "win32" ? "code.cmd" : "code");

/** What `code` and its arguments are for spawn: on Windows a script, which wants a shell and quotes. */
function codeCommand(code: string, profile: Profile, args: readonly string[]): [string, string[], { shell: boolean }] {
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const own = ["--user-data-dir", profile.userData, "--extensions-dir", profile.extensions];
  const all = [...asRoot, ...own, ...args];
  if (process.platform !== "win32") return [code, all, { shell: false }];
  return [`"${code}"`, all.map((argument) => `"${argument}"`), { shell: true }];
}

function openDesktop(code: string, profile: Profile, folder: string): Editor {
  const [command, args, options] = codeCommand(code, profile, ["--new-window", "--wait", folder]);
  const child: ChildProcess = spawn(command, args, { ...options, stdio: "inherit" });
  const closed = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  console.log("VS Code opens. MISP Stream is in its activity bar.");
  return {
    closed,
    close: async () => {
      child.kill();
      await closed;
    },
  };
}

async function openServer(profile: Profile, folder: string): Promise<Editor> {
  const server = await startServer(profile, { port: WORKBENCH_PORT, args: ["--disable-workspace-trust"] });
  console.log(`Open ${server.origin}/?folder=${encodeURIComponent(folder)}`);
  console.log("in a browser on this machine. MISP Stream is in the activity bar.");
  return { closed: new Promise(() => undefined), close: () => server.stop() };
}

async function installIn(profile: Profile, code: string | undefined): Promise<void> {
  await once(`installed-${path.basename(profile.folder)}`, hashOf([path.relative(root, vsix)]), () => {
    console.log("Installing MISP Stream …");
    if (!code) return installVsix(profile, vsix);
    const [command, args, options] = codeCommand(code, profile, ["--install-extension", vsix, "--force"]);
    const { status } = spawnSync(command, args, { ...options, stdio: ["ignore", "ignore", "inherit"] });
    if (status !== 0) throw new Error(`${code} could not install ${vsix}.`);
  });
}

/** Settings that a person changed in the profile stay. */
function configure(profile: Profile, endpoint: string): void {
  let kept: Readonly<Record<string, unknown>> = {};
  try {
    kept = JSON.parse(readFileSync(path.join(profile.userData, "User/settings.json"), "utf8")) as typeof kept;
  } catch {
    // The first start, or comments among the settings.
  }
  writeSettings(profile, {
    "workbench.startupEditor": "none",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "security.workspace.trust.enabled": false,
    "telemetry.telemetryLevel": "off",
    "update.mode": "none",
    "extensions.autoUpdate": "off",
    "extensions.ignoreRecommendations": true,
    "chat.disableAIFeatures": true,
    "git.openRepositoryInParentFolders": "never",
    ...kept,
    "mispStream.connectOnStartup": endpoint,
  });
}

async function start(): Promise<void> {
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
  await once("vsix", hashOf([...sources, ...documents]), async () => {
    console.log("Building and packaging …");
    await packageAll([hostTarget()]);
  });
  const code = desktopCode();
  if (!code) await installCodeServer();
  const profile = makeProfile(path.join(cache, code ? "profile-desktop" : "profile"));
  const folder = path.join(profile.folder, "workspace");
  mkdirSync(folder, { recursive: true });
  await installIn(profile, code);

  const sender = new ZeroMqSender();
  const endpoint = `tcp://127.0.0.1:${await freePort(MISP_PORT)}`;
  await sender.publish({ endpoint, rate: MESSAGES_A_SECOND, seed: 1, topics: [] });
  console.log(`A publisher of sample messages is on ${endpoint}; MISP Stream connects to it by itself.`);
  configure(profile, endpoint);
  const editor = code ? openDesktop(code, profile, folder) : await openServer(profile, folder);
  console.log("Ctrl+C ends it.");
  await Promise.race([interrupted, editor.closed]);
  await Promise.all([editor.close(), sender.stop()]);
}

start().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
