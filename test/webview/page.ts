/** A webview's own bundle in a real browser, under the policy the host sets, before a host in this process. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { bundles } from "../../src/build/build";
import { root } from "../../src/build/targets";
import type { Port } from "../../src/protocol/rpc";
import { launchBrowser } from "../support/realVscode";

export interface Size {
  width: number;
  height: number;
}
export const WIDE: Size = { width: 900, height: 700 };
/** For any one thing to appear; a test has twice as long. */
const PATIENCE_MS = 10_000;

/** What stands for the host: it takes the page's messages, and notes what must not happen. */
interface PageHost {
  receive(message: unknown): void;
  readonly bugs: unknown[];
}

const types = new Map([
  [".js", "text/javascript"],
  [".css", "text/css"],
  [".ttf", "font/ttf"],
]);
const html = (bundle: string): string => `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; font-src 'self'; script-src 'nonce-pane'">
<link rel="stylesheet" href="${bundle}.css"></head>
<body><div id="pane" class="pane"></div><script nonce="pane" src="${bundle}.js"></script></body></html>`;

/** What VS Code gives a webview; bytes cross as text. */
const vscodeApi = `
  const bytes = (name, value) =>
    value && typeof value === "object" && typeof value.base64 === "string"
      ? Uint8Array.from(atob(value.base64), (character) => character.charCodeAt(0)) : value;
  window.fromHost = (text) =>
    window.dispatchEvent(new MessageEvent("message", { data: JSON.parse(text, bytes) }));
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => void window.toHost(JSON.stringify(message)),
    getState: () => JSON.parse(sessionStorage.getItem("state") ?? "null") ?? undefined,
    setState: (state) => sessionStorage.setItem("state", JSON.stringify(state)),
  });`;

type Bundle = keyof typeof bundles.webview.entryPoints;

async function serveBundle(name: Bundle): Promise<Server> {
  const entryPoints = { [name]: bundles.webview.entryPoints[name] };
  const options = { ...bundles.webview, entryPoints, absWorkingDir: root, bundle: true, outdir: "dist" };
  const { outputFiles } = await build({ ...options, write: false, charset: "utf8", logLevel: "error" });
  const files = new Map(outputFiles.map((file) => [`/${path.basename(file.path)}`, file.contents]));
  const server = createServer(({ url = "" }, response) => {
    const [asked = ""] = url.split("?");
    const contents = asked === "/" ? html(name) : files.get(asked);
    if (contents === undefined) return response.writeHead(404).end();
    return response.setHeader("Content-Type", types.get(path.extname(asked)) ?? "text/html").end(contents);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return server;
}

let browser: Promise<Browser> | undefined;
const served = new Map<Bundle, Promise<Server>>();
const opened: { page: Page; host: PageHost }[] = [];

/** A page that runs the bundle `name`. `requests`: addresses it asked for, its own files aside. */
export async function openPage<H extends PageHost>(
  name: Bundle,
  size: Size,
  hostFor: (post: Port["post"]) => H,
): Promise<{ page: Page; host: H; requests: readonly string[] }> {
  const server = served.get(name) ?? serveBundle(name);
  served.set(name, server);
  const { port } = (await server).address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const page = await (await (browser ??= launchBrowser())).newPage({ viewport: size });
  const encode = (_: string, value: unknown): unknown =>
    value instanceof Uint8Array ? { base64: Buffer.from(value).toString("base64") } : value;
  const host = hostFor((message) => {
    const text = JSON.stringify(message, encode);
    void page
      .evaluate((text) => (window as unknown as { fromHost(text: string): void }).fromHost(text), text)
      .catch(
        () => undefined, // the page is gone
      );
  });
  const requests: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(origin) || request.resourceType() === "image") requests.push(request.url());
  });
  page.on("pageerror", (error) => host.bugs.push(error));
  page.on("console", (entry) => {
    if (entry.type() === "error") host.bugs.push(entry.text());
  });
  await page.exposeFunction("toHost", (text: string) => host.receive(JSON.parse(text)));
  page.setDefaultTimeout(PATIENCE_MS);
  await page.addInitScript(vscodeApi);
  opened.push({ page, host });
  await page.goto(origin);
  return { page, host, requests };
}

afterEach(async () => {
  const bugs = opened.flatMap(({ host }) => host.bugs);
  for (const { page } of opened.splice(0)) await page.close();
  if (bugs.length > 0) throw new Error(`The pane reported: ${bugs.map(String).join("; ")}`);
});

after(async () => {
  await (await browser)?.close();
  for (const server of served.values()) (await server).close();
});
