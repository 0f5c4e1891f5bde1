import assert from "node:assert/strict";
import type { Captures } from "../../../src/host/captures";
import { DetailDocuments } from "../../../src/host/detailDocuments";
import type { Log } from "../../../src/host/log";
import { Refusal } from "../../../src/protocol/rpc";
import { fakeEngine } from "./fakes";

/** The documents over an engine that names them 1, 2, …, and those it has open. */
function documents(): { documents: DetailDocuments; open: Set<string> } {
  const open = new Set<string>();
  let last = 0;
  const { engine } = fakeEngine({
    openMessage: ({ seq }: { seq: number }) => {
      const document = String(++last);
      open.add(document);
      return { document, row: { seq } };
    },
    closeMessage: ({ document }: { document: string }) => {
      open.delete(document);
      return {};
    },
    raw: ({ document }: { document: string }) => {
      if (!open.has(document)) throw new Refusal("This message was closed; open it again.");
      return { bytes: new Uint8Array() };
    },
  });
  const origin = { name: "lab", endpoint: "tcp://127.0.0.1:50000", topics: [] };
  const captures = { get: () => ({ origin }) } as unknown as Captures;
  return { documents: new DetailDocuments({ engine: () => engine, captures, log: {} as Log }), open };
}
const message = (seq: number) => ({ capture: "c1", seq });

describe("the messages open for the pane", () => {
  it("are told with their capture, and opened once as long as the engine has them", async () => {
    const { documents: detail, open } = documents();
    const shown = await detail.open(message(5));
    assert.deepEqual(
      [shown.captureName, shown.endpoint, shown.message.document],
      ["lab", "tcp://127.0.0.1:50000", "1"],
    );
    assert.equal((await detail.open(message(5))).message.document, "1");
    open.clear();
    assert.equal((await detail.open(message(5))).message.document, "2");
    assert.equal(detail.shown?.message.document, "2");
  });

  it("stay open until the pane knows of the next, and no longer", async () => {
    const { documents: detail, open } = documents();
    await detail.open(message(5));
    await detail.open(message(6));
    await detail.open(message(7));
    assert.deepEqual([...open], ["1", "2", "3"]);
    detail.isKnown("3");
    await Promise.resolve();
    assert.deepEqual([...open], ["3"]);
    detail.close();
    await Promise.resolve();
    assert.deepEqual([[...open], detail.shown], [[], undefined]);
  });
});
