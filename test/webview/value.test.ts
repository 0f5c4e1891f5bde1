import assert from "node:assert/strict";
import { openPane, type Given } from "./harness";

const composite: Given = {
  payload: '{"Attribute":{"value":"a.example|198.51.100.14","link":"http://evil.example/x"}}',
  value: {
    type: "domain|ip",
    value: "a.example|198.51.100.14",
    defanged: "a[.]example|198[.]51[.]100[.]14",
    parts: [
      { types: ["domain"], value: "a.example", defanged: "a[.]example" },
      { types: ["ip-dst", "ip-src"], value: "198.51.100.14", defanged: "198[.]51[.]100[.]14" },
    ],
  },
  facts: [
    {
      name: "Tags",
      value: "",
      tags: [
        { name: "tlp:amber", colour: "#FFc000" },
        { name: "evil\u202E<b>", colour: "red;background:url(//evil.example)" },
        { name: "plain" },
      ],
      more: 1_017,
    },
  ],
};

describe("the value box", function () {
  this.timeout(60_000);

  it("shows the value whole, then its parts with the types each can be submitted as", async () => {
    const { page } = await openPane(composite);
    assert.deepEqual(await page.locator(".value-line .data").allTextContents(), [
      "a.example|198.51.100.14",
      "a.example",
      "198.51.100.14",
    ]);
    assert.deepEqual(await page.locator(".value-line .label").allTextContents(), ["domain", "ip-dst or ip-src"]);
    assert.deepEqual(await page.locator(".joint").allTextContents(), ["|"]);
  });

  it("copies each as it is or defanged, by button and by key", async () => {
    const { page, host, row } = await openPane(composite);
    await page.getByRole("button", { name: "Copy value", exact: true }).first().click();
    await page.getByRole("button", { name: "Copy ip-dst or ip-src defanged" }).click();
    await page.keyboard.press("c");
    await page.getByRole("button", { name: "Copy value defanged" }).focus();
    await page.keyboard.press("d");
    await row("link").click();
    await page.locator(".crumbs li", { hasText: "link" }).waitFor();
    await page.keyboard.press("d");
    await row("link").getByRole("button", { name: "Copy defanged (D)" }).click();
    while (host.clipboard.length < 6) await page.waitForTimeout(20);
    assert.deepEqual(host.clipboard, [
      "a.example|198.51.100.14",
      "198[.]51[.]100[.]14",
      "198.51.100.14",
      "a[.]example|198[.]51[.]100[.]14",
      "hxxp://evil[.]example/x",
      "hxxp://evil[.]example/x",
    ]);
    await page.getByRole("status").getByText("Copied defanged.").waitFor();
  });

  it("shows a url's defanged form beneath, and nothing to defang where there is nothing", async () => {
    const url = "http://evil.example/x";
    const { page, host } = await openPane({
      ...composite,
      value: { type: "url", value: url, defanged: "hxxp://evil[.]example/x", parts: [] },
    });
    assert.deepEqual(await page.locator(".value-line").allTextContents(), [url, "defangedhxxp://evil[.]example/x"]);
    host.show({ ...composite, row: { seq: 685 }, value: { type: "md5", value: "0123", parts: [] } });
    await page.locator(".value-line", { hasText: "0123" }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Copy value defanged" }).count(), 0);
    assert.equal(await page.locator(".value-line").count(), 1);
  });

  for (const width of [420, 900])
    it(`wraps what is long and never makes it a link, ${width} wide`, async () => {
      const long = `http://evil.example/<img src=/x onerror=alert(1)>\u202E${"long".repeat(600)}`;
      const { page, requests } = await openPane(
        { ...composite, value: { type: "url", value: long, defanged: long.replace("http", "hxxp"), parts: [] } },
        { width, height: 700 },
      );
      const box = page.locator(".value");
      assert.equal(await box.evaluate((value) => value.scrollWidth > value.clientWidth), false);
      assert.equal(await box.locator("a, img").count(), 0);
      assert.deepEqual(requests, []);
      const data = page.locator(".value-line .data").first();
      assert.match((await data.textContent()) ?? "", /… Show 450 more characters$/);
      await data.getByRole("button").click();
      assert.equal((await data.textContent())?.replace("U+202E", "\u202E"), long);
    });

  it("keeps a selection when the same is told again, as it is when a message was read", async () => {
    const { page, host } = await openPane(composite);
    let read = (): void => undefined;
    host.reading = new Promise<void>((resolve) => (read = resolve));
    host.show({ ...composite, row: { seq: 685 } });
    await page.getByRole("progressbar").waitFor();
    await page
      .locator(".value-line .data")
      .first()
      .evaluate((value) => getSelection()?.selectAllChildren(value));
    read();
    await page.getByRole("progressbar").waitFor({ state: "detached" });
    assert.equal(await page.evaluate(() => String(getSelection())), "a.example|198.51.100.14");
  });

  it("shows tags beside their own colours, and no colour where it is none", async () => {
    const { page, requests } = await openPane(composite);
    const swatches = page.locator(".swatch");
    assert.equal(await swatches.count(), 1);
    assert.equal(await swatches.evaluate((swatch) => getComputedStyle(swatch).backgroundColor), "rgb(255, 192, 0)");
    assert.deepEqual(await page.locator(".chips li").allTextContents(), [
      "tlp:amber",
      "evilU+202E<b>",
      "plain",
      "and 1,017 more",
    ]);
    assert.deepEqual(requests, []);
  });
});
