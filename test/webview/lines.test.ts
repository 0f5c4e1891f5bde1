import assert from "node:assert/strict";
import fc from "fast-check";
import { ago, clock } from "../../src/webview/format";
import { characterLength, layOut } from "../../src/webview/lines";
import { MARGIN_BYTES } from "../../src/webview/payload";
import { remember, type Toggled } from "../../src/webview/state";

/** Every row of a payload read in windows of `size`, as the pane reads it. */
function rowsOf(bytes: Uint8Array, size: number, columns: number): { text: string; number: number }[] {
  const rows: { text: string; number: number }[] = [];
  let before = 0;
  for (let start = 0; start < bytes.length; start += size) {
    const end = Math.min(bytes.length, start + size);
    const base = Math.max(0, start - MARGIN_BYTES);
    const lines = layOut({ start, end, base, bytes: bytes.subarray(base, end + MARGIN_BYTES) }, columns);
    for (const [row, number] of lines.numbers.entries()) {
      const text = Buffer.from(bytes.subarray(lines.starts[row], lines.starts[row + 1])).toString("latin1");
      rows.push({ text, number: number === 0 ? 0 : before + number });
    }
    before += lines.newlines;
  }
  return rows;
}

describe("a payload in lines", () => {
  it("numbers lines and wraps the long ones", () => {
    assert.deepEqual(rowsOf(Buffer.from("ab\ncdefgh\n\nx"), 100, 4), [
      { text: "ab\n", number: 1 },
      { text: "cdef", number: 2 },
      { text: "gh\n", number: 0 },
      { text: "\n", number: 3 },
      { text: "x", number: 4 },
    ]);
  });

  it("loses no byte and doubles none, whatever the bytes, the window and the width", () => {
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(
        anyBytes,
        fc.integer({ min: 4, max: 64 }),
        fc.integer({ min: 1, max: 30 }),
        (bytes, size, columns) => {
          const rows = rowsOf(bytes, size, columns);
          assert.equal(rows.map(({ text }) => text).join(""), Buffer.from(bytes).toString("latin1"));
          const numbers = rows.map(({ number }) => number).filter((number) => number > 0);
          assert.deepEqual(
            numbers,
            numbers.map((_, index) => index + 1),
          );
        },
      ),
    );
  });

  it("takes for a character what is UTF-8, and nothing else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 5 }), (bytes) => {
        const length = characterLength(bytes, 0);
        const isUtf8 = (count: number): boolean => {
          try {
            return (
              [...new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, count))]
                .length === 1
            );
          } catch {
            return false;
          }
        };
        assert.equal(length, [1, 2, 3, 4].find((count) => count <= bytes.length && isUtf8(count)) ?? 0);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("times", () => {
  const at = Date.UTC(2026, 10, 24, 14, 5, 48, 482);
  it("leave today's date out", () => {
    assert.equal(clock(at, at + 1_000, true), "14:05:48.482 UTC");
    assert.equal(clock(at, at + 86_400_000, true), "2026-11-24 14:05:48.482 UTC");
  });

  for (const [after, text] of [
    [-5_000, "now"],
    [999, "now"],
    [1_000, "1 s ago"],
    [59_999, "59 s ago"],
    [36 * 60_000, "36 min ago"],
    [3_600_000, "1 h ago"],
    [49 * 3_600_000, "2 d ago"],
  ] as const) {
    it(`tell ${after} ms as ${text}`, () => assert.equal(ago(at, at + after), text));
  }
});

describe("what was folded and unfolded", () => {
  const open = (node?: number, deep = false): Toggled => ({
    ...(node === undefined ? {} : { node }),
    open: true,
    deep,
  });
  it("keeps the last act on a node", () => {
    const shut: Toggled = { node: 1, open: false, deep: false };
    assert.deepEqual(remember([open(1), open(2)], shut), [open(2), shut]);
  });
  it("keeps a deep act that a later one only refines", () => {
    const shut: Toggled = { node: 1, open: false, deep: false };
    assert.deepEqual(remember([open(1, true)], shut), [open(1, true), shut]);
  });
  it("starts anew with an act on the whole", () => {
    assert.deepEqual(remember([open(1), open(2)], open(undefined, true)), [open(undefined, true)]);
  });
  it("is bounded", () => {
    let acts: Toggled[] = [];
    for (let node = 0; node < 300; node++) acts = remember(acts, open(node));
    assert.equal(acts.length, 200);
    assert.equal(acts.at(-1)?.node, 299);
  });
});
