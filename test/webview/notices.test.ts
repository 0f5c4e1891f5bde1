import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { openPane, type Given } from "./harness";

const message: Given = {
  payload: '{"Attribute":{"value":"198.51.100.14"}}',
  facts: [{ name: "Type", value: "ip-dst" }],
};
const noAction = { level: "info", title: "No action was sent", text: "An older MISP sends none." } as const;
const halves = { level: "warning", title: "value and its halves differ", text: "Here they are not the same." } as const;
const drift = {
  lines: ["Attribute.deleted is a boolean, was a string", "Attribute.new came new"],
  more: 3,
  since: 1106,
};
const user: Given = {
  payload: '{"User":{"id":"2","email":"alice@example.test","authkey":"k3y","keys":{"authkey":"x"}},"action":"add"}',
  row: { topic: "misp_json_user", seq: 777 },
  masked: ["email", "authkey"],
  facts: [
    { name: "User", value: "#2" },
    { name: "E-mail", value: "masked", masked: true },
  ],
  revealedFacts: [
    { name: "User", value: "#2" },
    { name: "E-mail", value: "alice@example.test" },
  ],
};
const said = (page: Page): Promise<string[]> =>
  page.locator(".notice").evaluateAll((all) =>
    all.map((one) => {
      const words = [...one.querySelectorAll(".level, strong, .said, .lines li")];
      return words.map(({ textContent }) => textContent).join(" | ");
    }),
  );

describe("notices in the pane", function () {
  this.timeout(60_000);

  it("tell level, title and text below the header, warnings first", async () => {
    const { page } = await openPane({ ...message, notices: [noAction, halves] });
    assert.deepEqual(await said(page), [
      "Warning | value and its halves differ | Here they are not the same.",
      "Note | No action was sent | An older MISP sends none.",
    ]);
    const icons = await page
      .locator(".notice > .codicon")
      .evaluateAll((all) => all.map(({ classList }) => [...classList]));
    assert.deepEqual(icons, [
      ["codicon", "codicon-warning"],
      ["codicon", "codicon-info"],
    ]);
    const below = await page.locator(".notices").evaluate((notices) => notices.previousElementSibling?.className);
    assert.equal(below, "head");
  });

  it("are dismissed for this message alone, with the keyboard too", async () => {
    const { page, host } = await openPane({ ...message, notices: [noAction, halves] });
    await page.getByRole("button", { name: "Dismiss for this message" }).first().focus();
    await page.keyboard.press("Enter");
    assert.deepEqual(await said(page), ["Note | No action was sent | An older MISP sends none."]);
    await page.keyboard.press("Enter");
    assert.equal(await page.locator(".notices").isVisible(), false);
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("role")), "tree");
    host.show({ ...message, notices: [noAction], row: { seq: 685 } });
    await page.locator(".notice.info").waitFor();
    host.show({ ...message, notices: [noAction, halves] });
    await page.getByText("#684", { exact: true }).waitFor();
    assert.equal(await page.locator(".notice").count(), 0);
  });

  it("say what drifted, and lead on", async () => {
    const { page, host } = await openPane({ ...message, drift });
    assert.deepEqual(await said(page), [
      `Warning | The shape of misp_json_attribute changed in this message: | ${drift.lines.join(" | ")} | and 3 more differences`,
    ]);
    await page.getByRole("button", { name: "Compare with #1,106" }).click();
    await page.getByRole("button", { name: "Show messages with the new shape" }).click();
    assert.deepEqual(host.asked("act"), [{ act: "compare", with: 1106 }, { act: "showDrift" }]);
    await page.getByRole("button", { name: "Dismiss for this capture" }).click();
    await page.locator(".notice").waitFor({ state: "detached" });
    await page.waitForFunction(() => (sessionStorage.getItem("state") ?? "").includes('"undrifted":["c1"]'));
    host.show({ ...message, drift, row: { seq: 690 } });
    await page.getByText("#690").waitFor();
    await page.reload();
    await page.getByText("#690").waitFor();
    assert.equal(await page.locator(".notice").count(), 0);
  });

  it("are text and nothing else, whatever drifted", async () => {
    const evil = "\u202E<img src=/x onerror='window.pwned = 1'>[here](command:quit)";
    const { page, requests } = await openPane({
      ...message,
      row: { topic: `misp_${evil}` },
      drift: { lines: [evil], more: 0 },
      masked: [evil],
    });
    await page.locator(".notice .lines .escape").waitFor();
    const seen = await page.locator(".notices").evaluate((notices) => ({
      elements: notices.querySelectorAll("img, a").length,
      hidden: (notices as HTMLElement).innerText.includes("\u202E"),
      pwned: "pwned" in window,
    }));
    assert.deepEqual(seen, { elements: 0, hidden: false, pwned: false });
    assert.deepEqual(requests, []);
  });
});

describe("masks in the pane", function () {
  this.timeout(60_000);
  const masked = "2 fields are masked: email, authkey. Masked values are not searched and not copied.";

  it("hide rows and facts behind a lock, and say which", async () => {
    const { page, row } = await openPane(user);
    assert.deepEqual(await said(page), [`Note | ${masked}`]);
    assert.equal(await page.locator(".notice .codicon-lock").count(), 1);
    assert.equal(await row("email").textContent(), "email: masked");
    assert.equal(await row("email").locator(".mask .codicon-lock").count(), 1);
    assert.equal(await page.locator(".fields .mask .codicon-lock").count(), 1);
    assert.doesNotMatch((await page.locator("#pane").textContent()) ?? "", /alice|k3y/);
    await row("email").click();
    assert.equal(await row("email").getByRole("button", { name: "Copy value (C)" }).count(), 0);
    await row("email").getByRole("button", { name: "Reveal all in this message (M)" }).click();
    await row("email").getByText("alice@example.test").waitFor();
  });

  it("are lifted and put back by M, where the reader is", async () => {
    const { page, row, selected, host } = await openPane(user);
    await row("keys").click();
    await page.locator(".crumbs li", { hasText: "keys" }).waitFor();
    await page.keyboard.press("m");
    await row("email").getByText("alice@example.test").waitFor();
    await page.locator(".fields dd", { hasText: "alice@example.test" }).waitFor();
    assert.deepEqual(await said(page), [
      "Note | 2 fields are revealed: email, authkey. They are masked again with the next message.",
    ]);
    assert.match(await selected(), /^keys: /);
    await page.keyboard.press("m");
    await row("email").getByText("masked").waitFor();
    await page.locator(".fields .mask").waitFor();
    assert.match(await selected(), /^keys: /);
    const document = host.shown?.message.document;
    const asked = host.asked("unmask");
    // The first is of a pane that starts: another may have left the message revealed.
    assert.deepEqual(
      asked,
      [false, true, false].map((on) => ({ document, on })),
    );
  });

  it("come back with the next message, and with the same one later", async () => {
    const { page, row, host } = await openPane(user);
    await page.getByRole("button", { name: "Reveal all in this message" }).click();
    await row("email").getByText("alice").waitFor();
    host.show({ ...user, row: { ...user.row, seq: 778 } });
    await page.getByText("#778").waitFor();
    await row("email").getByText("masked").waitFor();
    host.show(user);
    await page.getByText("#777").waitFor();
    await row("email").getByText("masked").waitFor();
    assert.doesNotMatch((await page.locator("#pane").textContent()) ?? "", /alice|k3y/);
  });

  it("are spoken of where there are none", async () => {
    const { page, host } = await openPane(message);
    await page.keyboard.press("m");
    await page.getByRole("status").getByText("Nothing is masked in this message.").waitFor();
    assert.equal(host.asked("unmask").length, 1);
  });
});
