/** Runs code-server, which is VS Code with its workbench in a browser, in a folder of its own and cut off from the net. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdirSync, openSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { codeServerEntry, node24 } from "./tools";

const STARTS_WITHIN_MS = 60_000;
const STOPS_WITHIN_MS = 8_000;

/** Where one VS Code keeps everything it writes. */
export interface Profile {
  readonly folder: string;
  readonly userData: string;
  readonly extensions: string;
}

export function makeProfile(folder: string): Profile {
  const profile = { folder, userData: path.join(folder, "user"), extensions: path.join(folder, "extensions") };
  mkdirSync(path.join(profile.userData, "User"), { recursive: true });
  mkdirSync(profile.extensions, { recursive: true });
  // Without a file of its own code-server writes one to the home folder.
  writeFileSync(path.join(folder, "config.yaml"), "auth: none\ncert: false\n");
  return profile;
}

/** Replaces the user settings; a running VS Code takes them over at once. */
export function writeSettings({ userData }: Profile, settings: Readonly<Record<string, unknown>>): void {
  writeFileSync(path.join(userData, "User/settings.json"), `${JSON.stringify(settings, null, 2)}\n`);
}

const profileArgs = ({ folder, userData, extensions }: Profile): string[] => [
  codeServerEntry,
  ...["--config", path.join(folder, "config.yaml")],
  ...["--user-data-dir", userData],
  ...["--extensions-dir", extensions],
];

/** code-server keeps a heartbeat and logs under XDG_DATA_HOME, whatever --user-data-dir says. */
const profileEnv = ({ folder }: Profile): NodeJS.ProcessEnv => ({
  ...process.env,
  XDG_DATA_HOME: path.join(folder, "xdg/data"),
  XDG_CONFIG_HOME: path.join(folder, "xdg/config"),
  XDG_CACHE_HOME: path.join(folder, "xdg/cache"),
  EXTENSIONS_GALLERY: '{"serviceUrl":""}',
  VSCODE_IPC_HOOK_CLI: undefined,
  ELECTRON_RUN_AS_NODE: undefined,
});

export function installVsix(profile: Profile, vsix: string): void {
  const { status, stdout, stderr } = spawnSync(
    node24,
    [...profileArgs(profile), "--install-extension", vsix, "--force"],
    { encoding: "utf8", env: profileEnv(profile), timeout: 120_000 },
  );
  if (status !== 0) throw new Error(`The VSIX could not be installed: ${stdout}${stderr}`);
}

/** A TCP port of loopback that nobody listens on: `preferred` if possible. */
export async function freePort(preferred = 0): Promise<number> {
  const port = await new Promise<number | undefined>((resolve) => {
    const probe = createServer()
      .once("error", () => resolve(undefined))
      .listen(preferred, "127.0.0.1", () => {
        const { port } = probe.address() as AddressInfo;
        probe.close(() => resolve(port));
      });
  });
  return port ?? freePort();
}

export interface Server {
  readonly origin: string;
  /** `host:port`, as a vscode-remote URI names it. */
  readonly authority: string;
  stop(): Promise<void>;
}

export interface ServerOptions {
  port?: number;
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
}

/** An extension host that has not finished its start does not notice the server's end: what is left of the group goes too. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid) process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody is left.
  }
}

async function answers(origin: string): Promise<boolean> {
  return fetch(`${origin}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Resolves when the server answers. Its output goes to server.log in the profile's folder. */
export async function startServer(profile: Profile, options: ServerOptions = {}): Promise<Server> {
  const authority = `127.0.0.1:${await freePort(options.port)}`;
  const origin = `http://${authority}`;
  const log = openSync(path.join(profile.folder, "server.log"), "a");
  const fixed = [
    "--auth",
    "none",
    "--disable-telemetry",
    "--disable-update-check",
    "--disable-getting-started-override",
  ];
  const child = spawn(
    node24,
    [...profileArgs(profile), "--bind-addr", authority, ...fixed, "--ignore-last-opened", ...(options.args ?? [])],
    { stdio: ["ignore", log, log], env: { ...profileEnv(profile), ...options.env }, detached: true },
  );
  const onExit = (): void => killGroup(child);
  process.once("exit", onExit);
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await Promise.race([exited, sleep(STOPS_WITHIN_MS, undefined, { ref: false })]);
    killGroup(child);
    process.off("exit", onExit);
  };
  for (const deadline = Date.now() + STARTS_WITHIN_MS; !(await answers(origin)); await sleep(50)) {
    if (child.exitCode === null && Date.now() < deadline) continue;
    await stop();
    throw new Error(`VS Code did not start; see ${path.join(profile.folder, "server.log")}.`);
  }
  return { origin, authority, stop };
}
