/** What a person at a window of VS Code sees, timed inside the browser: clicks during a burst, and the activation. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Frame, Locator } from "playwright-core";
import { launchBrowser, RealVscode, Workbench } from "../support/realVscode";
import { prepareVscode } from "./host";
import { publish, type Order } from "./peers";
import { progress, scaled, type Plan } from "./plan";
import { medianRow, most, type Row } from "./report";

const BURST_RATE = 20_000;
const BURST_SECS = 180;
const CLICKS = 15;
const SETTLE_MS = 2_000;
const GIVE_UP_MS = 30_000;
const WINDOWS = 3;
/** What the sender put into the value of a message, in its label too. */
const NUMBER = /0000[0-9a-f]{8}(?![0-9a-f])/;

async function withVscode(use: (vscode: RealVscode, browser: Browser) => Promise<Row[]>): Promise<Row[]> {
  await prepareVscode();
  const vscode = await RealVscode.start();
  const browser = await launchBrowser();
  try {
    return await use(vscode, browser);
  } finally {
    await browser.close();
    await vscode.stop();
  }
}

/** As VS Code itself tells it in its list of running extensions: loading the code and calling `activate`. */
export const activation = (plan: Plan): Promise<Row[]> =>
  withVscode(async (vscode, browser) => {
    const times: number[] = [];
    for (let round = 1; round <= Math.max(WINDOWS, plan.rounds); round++) {
      progress(`window ${round}`);
      const window = await Workbench.open(browser, vscode);
      await window.runCommand("Developer: Show Running Extensions");
      const time = window.row("MISP Stream").locator(".activation-time", { hasText: /\d+ms/ });
      times.push(Number(/(\d+)ms/.exec(await time.innerText())?.[1]));
      await window.close();
    }
    return [medianRow("activation, as VS Code tells it", "ms", times, { target: most(50) })];
  });

/** From a click on a row of the tree to the message in the pane, idle and in a burst. */
export const click = (plan: Plan): Promise<Row[]> =>
  withVscode(async (vscode, browser) => {
    const payloads = plan.payloads["600 B"];
    const idle = await clicksOf(plan, vscode, browser, { payloads, count: 2_000, rate: 0 });
    const burst = { payloads, count: BURST_RATE * BURST_SECS, rate: BURST_RATE };
    const inBurst = await clicksOf(plan, vscode, browser, burst);
    return [...clickRows("idle", idle), ...clickRows(`burst of ${BURST_RATE.toLocaleString("en")} msg/s`, inBurst)];
  });

const clickRows = (when: string, times: readonly number[]): Row[] => [
  medianRow(`${when}: from a click to the opened message, median`, "ms", times),
  { what: `${when}: from a click to the opened message, longest`, unit: "ms", figure: Math.max(...times) },
];

async function clicksOf(plan: Plan, vscode: RealVscode, browser: Browser, order: Order): Promise<number[]> {
  progress(`clicks, ${order.rate === 0 ? "idle" : "in a burst"}`);
  const window = await Workbench.open(browser, vscode);
  const publishing = await publish(plan.peers, order);
  try {
    await connect(window, publishing.endpoint);
    // What never stands still is clicked all the same.
    const moving = { force: true };
    await window.row(/^attribute[\d,]/).click(moving);
    const rows = window.page.locator('.monaco-list-row[aria-level="3"]', { hasText: NUMBER });
    // The rows stand still while one is selected.
    await rows.nth(2).click(moving);
    const head = await (await window.webview("#pane .head h1")).locator("#pane .head").elementHandle();
    const pane = await head.ownerFrame();
    if (!pane) throw new Error("The pane is gone.");
    if (order.rate === 0) await publishing.sent;
    await sleep(SETTLE_MS);
    await window.page.evaluate("addEventListener('mousedown', () => (globalThis.pressedAt = Date.now()), true)");
    const times: number[] = [];
    for (let at = 0; at < scaled(plan, CLICKS, 4); at++) {
      const visible = await rows.count();
      const took = await clickOn(window, rows.nth((3 + at * 5) % visible), pane);
      progress(`click ${at + 1}: ${took === undefined ? "the rows moved, not counted" : `${took} ms`}`);
      if (took !== undefined) times.push(took);
    }
    return times;
  } catch (error) {
    console.error(`   see ${await window.screenshot("failed-bench-click")}`);
    throw error;
  } finally {
    await window.close();
    await publishing.stop();
  }
}

async function connect(window: Workbench, endpoint: string): Promise<void> {
  await window.runCommand("MISP Stream: Connect");
  await window.quickInput.locator("input").first().fill(endpoint);
  await window.quickInput.locator(".monaco-list-row", { hasText: endpoint }).first().waitFor();
  await window.page.keyboard.press("Enter");
  await window.row(endpoint.slice("tcp://".length)).first().waitFor();
}

/** An expression for the pane: when it first holds the text, in milliseconds since 1970. */
const seenAt = (text: string): string => `new Promise((resolve) => {
  const look = () => {
    if (!document.body.textContent.includes(${JSON.stringify(text)})) return false;
    observer.disconnect();
    resolve(Date.now());
    return true;
  };
  const observer = new MutationObserver(look);
  if (!look()) observer.observe(document.body, { subtree: true, childList: true, characterData: true });
})`;

/**
 * Both times are taken inside the browser, by the clock that all its frames share. Undefined where the rows moved between
 * the look and the click, so that another was chosen.
 */
async function clickOn(window: Workbench, row: Locator, pane: Frame): Promise<number | undefined> {
  // The label alone: what follows it begins with letters that could be digits.
  const number = NUMBER.exec(await row.locator(".label-name").innerText())?.[0];
  const box = await row.boundingBox();
  if (number === undefined || !box) throw new Error("The row to click is gone.");
  const opened = pane.evaluate<number>(seenAt(number)).catch(() => Infinity);
  await window.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  const chosen = await window.page.locator(".monaco-list-row.selected", { hasText: NUMBER }).first().innerText();
  if (!chosen.includes(number)) return undefined;
  const shown = await Promise.race([opened, sleep(GIVE_UP_MS, Infinity, { ref: false })]);
  const pressed = await window.page.evaluate<number>("globalThis.pressedAt");
  return Math.min(shown - pressed, GIVE_UP_MS);
}
