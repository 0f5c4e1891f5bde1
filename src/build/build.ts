/** Bundles the extension and the command-line program into dist/. `--watch` builds again on every change, with source maps, for F5. */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build as bundle, context, type BuildOptions, type Plugin } from "esbuild";
import { l10nBundle } from "./l10n";
import { bundledPackages, notices } from "./notices";
import { addonOf, hostTarget, root } from "./targets";

/** Replaces zeromq's loader, which searches 25 addons, by a require of the one that lies beside the bundle. */
const oneAddon: Plugin = {
  name: "one-addon",
  setup(build) {
    build.onLoad({ filter: /[\\/]zeromq[\\/]lib[\\/]load-addon\.js$/ }, () => ({
      contents: `module.exports = require("./zeromq.node");`,
    }));
    build.onResolve({ filter: /^\.\/zeromq\.node$/ }, ({ path }) => ({ path, external: true }));
  },
};

/** What is imported only when it is needed is a bundle of its own: reading all of it took most of an activation. */
const bundledApart: Plugin = {
  name: "bundled-apart",
  setup(build) {
    build.onResolve({ filter: /^\.{1,2}\// }, ({ path: wanted, kind, resolveDir }) => {
      if (kind !== "dynamic-import") return undefined;
      const name = path.basename(wanted);
      const entry: string | undefined = new Map(Object.entries(bundles.extension.entryPoints)).get(name);
      if (entry === undefined || path.join(root, entry) !== path.resolve(resolveDir, `${wanted}.ts`))
        return { errors: [{ text: `${wanted} is imported when needed, but is no bundle of its own.` }] };
      return { path: `./${name}.js`, external: true };
    });
  },
};

const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { version: string };

const node = { platform: "node", target: "node20", format: "cjs" } as const satisfies BuildOptions;

/**
 * Host and threads keep their names, so that a stack in a log says something; the pane is read anew at each opening, and
 * the host at the start of each window.
 */
export const bundles = {
  extension: {
    ...node,
    entryPoints: {
      extension: "src/extension.ts",
      filterInput: "src/host/commands/filterInput.ts",
      publisher: "src/feed/publisher.ts",
    },
    external: ["vscode"],
    plugins: [oneAddon, bundledApart],
    // Names stay.
    minifySyntax: true,
    minifyWhitespace: true,
    supported: { "dynamic-import": false },
  },
  threads: { ...node, entryPoints: { engine: "src/engine/main.ts", receiver: "src/feed/main.ts" } },
  /** Started for one text and ended with it; most of it is a library's. */
  generator: { ...node, entryPoints: { generator: "src/engine/generator/main.ts" }, minify: true },
  /** The command-line program, for npm: what is installed beside it is not in it, and it is no part of a VSIX. */
  cli: {
    ...node,
    entryPoints: { cli: "src/cli/main.ts" },
    external: ["zeromq"],
    banner: { js: "#!/usr/bin/env node" },
    define: { MISP_STREAM_VERSION: JSON.stringify(version) },
    minifySyntax: true,
    minifyWhitespace: true,
    supported: { "dynamic-import": false },
  },
  webview: {
    platform: "browser",
    target: "chrome128",
    format: "iife",
    minify: true,
    entryPoints: {
      webview: "src/webview/main.ts",
      overview: "src/webview/overview/main.ts",
      fixture: "src/webview/fixture/main.ts",
    },
    loader: { ".ttf": "file" },
    assetNames: "[name]",
    tsconfig: "src/webview/tsconfig.json",
  },
} as const satisfies Record<string, BuildOptions>;

const common = {
  absWorkingDir: root,
  bundle: true,
  outdir: "dist",
  charset: "utf8",
  logLevel: "warning",
} as const satisfies BuildOptions;

/** This machine's addon beside the bundle; a package gets its target's. */
function placeAddon(): void {
  const place = path.join(root, "dist/zeromq.node");
  // A new file, not new content in the old one: a running extension host has that mapped.
  rmSync(place, { force: true });
  mkdirSync(path.dirname(place), { recursive: true });
  copyFileSync(addonOf(hostTarget()), place);
}

export async function build(): Promise<void> {
  for (const { entryPoints } of Object.values(bundles)) {
    for (const entry of Object.values(entryPoints)) {
      if (!existsSync(path.join(root, entry))) throw new Error(`${entry} is missing.`);
    }
  }
  const results = await Promise.all(
    Object.values(bundles).map((options) => bundle({ ...common, ...options, metafile: true })),
  );
  mkdirSync(path.join(root, "l10n"), { recursive: true });
  writeFileSync(path.join(root, "l10n/bundle.l10n.json"), l10nBundle());
  const packages = bundledPackages(results.map(({ metafile }) => metafile));
  writeFileSync(path.join(root, "dist/ThirdPartyNotices.txt"), notices(packages));
  chmodSync(path.join(root, "dist/cli.js"), 0o755);
  placeAddon();
}

/** Says, in the lines that .vscode/tasks.json waits for, when the first of the bundles starts and the last is done. */
async function watch(): Promise<void> {
  placeAddon();
  let building = 0;
  const lines: Plugin = {
    name: "lines",
    setup(build) {
      build.onStart(() => {
        if (building++ === 0) console.log("build started");
      });
      build.onEnd(({ errors }) => {
        for (const { text, location } of errors) {
          console.log(`${location?.file ?? ""}:${location?.line ?? 0}:${location?.column ?? 0}: error: ${text}`);
        }
        if (--building === 0) console.log("build finished");
      });
    },
  };
  const watching = await Promise.all(
    Object.values(bundles).map((options) => {
      const plugins = "plugins" in options ? [...options.plugins, lines] : [lines];
      return context({ ...common, ...options, plugins, sourcemap: "linked", minify: false });
    }),
  );
  await Promise.all(watching.map((one) => one.watch()));
}

if (require.main === module) {
  const done = process.argv.includes("--watch") ? watch() : build();
  done.catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
