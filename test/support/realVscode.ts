/** A real VS Code with the packaged extension in it, in a real browser, as a person has it before them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { chromium, type Browser, type BrowserContext, type FrameLocator, type Page } from "playwright-core";
import {
  installVsix,
  makeProfile,
  startServer,
  writeSettings,
  type Profile,
  type Server,
} from "../../src/build/codeServer";
import { vsixOf } from "../../src/build/package";
import { cache } from "../../src/build/stamp";
import { hostTarget } from "../../src/build/targets";
import { browser as browserPath } from "../../src/build/tools";

export const themes = {
  dark: "Dark Modern",
  light: "Light Modern",
  highContrast: "Default High Contrast",
  highContrastLight: "Default High Contrast Light",
} as const;
export type Theme = keyof typeof themes;

/** For any one thing to appear: a workbench needs 10 s to open, and four times that on a busy machine. */
const PATIENCE_MS = 60_000;

/** Nothing that moves, asks, or differs from one run to the next. */
const calm = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.enableExperiments": false,
  "workbench.reduceMotion": "on",
  "chat.disableAIFeatures": true,
  "window.autoDetectColorScheme": false,
  "window.commandCenter": false,
  "window.menuBarVisibility": "compact",
  "window.confirmBeforeClose": "never",
  "editor.cursorBlinking": "solid",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "update.showReleaseNotes": false,
  "extensions.autoUpdate": "off",
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  "git.openRepositoryInParentFolders": "never",
  "typescript.disableAutomaticTypeAcquisition": true,
  "json.schemaDownload.enable": false,
  "npm.fetchOnlinePackageInfo": false,
};

export interface VscodeOptions {
  theme?: Theme;
  /** User settings beside the calm ones. */
  settings?: Readonly<Record<string, unknown>>;
  /** Editors come back after a reload, unsaved ones too, as they do for a person. Default false. */
  restore?: boolean;
  /** The workspace trust dialog and its effects are on. Default false. */
  trust?: boolean;
  /** Environment of the server and so of the extension host. */
  env?: Readonly<Record<string, string>>;
  /** More flags of code-server. */
  args?: readonly string[];
}

/** One VS Code server with a profile of its own and the VSIX installed. */
export class RealVscode {
  private constructor(
    readonly profile: Profile,
    readonly server: Server,
    private readonly options: VscodeOptions,
  ) {}

  static async start(options: VscodeOptions = {}): Promise<RealVscode> {
    const runs = path.join(cache, "runs");
    mkdirSync(runs, { recursive: true });
    const profile = makeProfile(mkdtempSync(path.join(runs, "vscode-")));
    installVsix(profile, vsixOf(hostTarget()));
    const trust = options.trust ? [] : ["--disable-workspace-trust"];
    writeSettings(profile, settingsOf(options));
    const server = await startServer(profile, {
      args: [...trust, ...(options.args ?? [])],
      env: options.env ?? {},
    });
    return new RealVscode(profile, server, options);
  }

  /** Puts other settings in force, in open workbenches too: those given at the start, with these on top. */
  set(changed: Pick<VscodeOptions, "theme" | "settings">): void {
    const settings = { ...this.options.settings, ...changed.settings };
    writeSettings(this.profile, settingsOf({ ...this.options, ...changed, settings }));
  }

  /** A new, empty workspace folder. */
  makeFolder(): string {
    const folder = mkdtempSync(path.join(this.profile.folder, "workspace-"));
    writeFileSync(path.join(folder, "notes.md"), "# Notes\n");
    return folder;
  }

  async stop(): Promise<void> {
    await this.server.stop();
    rmSync(this.profile.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function settingsOf({
  theme = "dark",
  settings,
  restore = false,
  trust = false,
}: VscodeOptions): Record<string, unknown> {
  return {
    ...calm,
    "workbench.colorTheme": themes[theme],
    "workbench.editor.restoreEditors": restore,
    "files.hotExit": restore ? "onExitAndWindowClose" : "off",
    "security.workspace.trust.enabled": trust,
    ...settings,
  };
}

/** The browser, headless, that reaches loopback and nothing else. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: browserPath(),
    headless: true,
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
      ...["--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"],
    ],
  });

/** One window of a VS Code, opened on a folder. */
export class Workbench {
  private constructor(
    readonly vscode: RealVscode,
    readonly page: Page,
    /** Path of the workspace folder. */
    readonly folder: string,
    private readonly context: BrowserContext,
  ) {}

  static async open(browser: Browser, vscode: RealVscode, folder = vscode.makeFolder()): Promise<Workbench> {
    const context = await browser.newContext({
      viewport: { width: 1400, height: 900 },
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const workbench = new Workbench(vscode, await context.newPage(), folder, context);
    workbench.page.setDefaultTimeout(PATIENCE_MS);
    const url = `${vscode.server.origin}/?folder=${encodeURIComponent(folder)}`;
    await workbench.page.goto(url, { waitUntil: "commit" });
    await workbench.ready();
    return workbench;
  }

  private async ready(): Promise<void> {
    await this.page.locator(".monaco-workbench .statusbar").waitFor();
  }

  /** Reloads the window in order: a browser's own reload cuts off what VS Code still has to store. */
  async reload(): Promise<void> {
    const gone = this.page.waitForEvent("framenavigated", { predicate: (frame) => frame === this.page.mainFrame() });
    await this.runCommand("Developer: Reload Window");
    await gone;
    await this.ready();
  }

  /** The quick pick, input box or palette that is open. */
  get quickInput() {
    return this.page.locator(".quick-input-widget");
  }

  /** A row of any tree or list, by text it holds. */
  row(text: string | RegExp) {
    return this.page.locator(".monaco-list-row", { hasText: text });
  }

  /**
   * Runs a command from the palette by its title with category. The palette lists commands once, when it is filled:
   * opened before the extensions are scanned it lacks ours for ever, so it is opened again until the command is there.
   */
  async runCommand(title: string, timeout = PATIENCE_MS): Promise<void> {
    const row = this.quickInput
      .locator(".monaco-list-row", { has: this.page.locator(".label-name", { hasText: title }) })
      .first();
    for (const deadline = Date.now() + timeout; ;) {
      await this.page.keyboard.press("F1");
      const box = this.quickInput.locator(".quick-input-box input");
      await box.waitFor();
      await box.fill(`>${title}`);
      try {
        await row.waitFor({ timeout: 2_000 });
        break;
      } catch (error) {
        if (Date.now() > deadline) throw new Error(`The palette has no command "${title}".`, { cause: error });
        await this.page.keyboard.press("Escape");
      }
    }
    await row.click();
  }

  /**
   * The inner frame of the webview whose document holds `selector`. A webview is two nested frames, and the inner one
   * is replaced whenever its HTML is set: hence a locator.
   */
  async webview(selector: string, timeout = PATIENCE_MS): Promise<FrameLocator> {
    for (const deadline = Date.now() + timeout; Date.now() < deadline; await this.page.waitForTimeout(100)) {
      for (const frame of this.page.frames()) {
        if (!frame.url().includes("/webview/browser/pre/fake.html")) continue;
        const found = await frame
          .locator(selector)
          .count()
          .catch(() => 0);
        const name = frame.parentFrame()?.name();
        if (found > 0 && name) {
          return this.page.frameLocator(`iframe.webview[name="${name}"]`).frameLocator("iframe#active-frame");
        }
      }
    }
    throw new Error(`There is no webview with ${selector}.`);
  }

  /** Writes .cache/screenshots/NAME.png and returns its path. */
  async screenshot(name: string): Promise<string> {
    const file = path.join(cache, "screenshots", `${name}.png`);
    await this.page.screenshot({ path: file });
    return file;
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}
