import assert from "node:assert/strict";
import { Packer } from "../../../src/feed/packer";
import type { Batch } from "../../../src/protocol/batch";
import { Recorder } from "../../support/recorder";

type Buffers = Pick<Batch, "table" | "frames">;

/** An engine that answers when it is told to. */
class Engine {
  readonly batches: Batch[] = [];
  readonly #answers: { resolve: (buffers: Buffers) => void; reject: (error: Error) => void }[] = [];

  append(batch: Batch): Promise<Buffers> {
    this.batches.push(batch);
    return new Promise((resolve, reject) => this.#answers.push({ resolve, reject }));
  }

  get unanswered(): number {
    return this.#answers.length;
  }

  async answer(index = 0): Promise<void> {
    const [answer] = this.#answers.splice(index, 1);
    answer?.resolve(this.batches[this.batches.length - this.#answers.length - 1]!);
    await settle();
  }

  async refuse(): Promise<void> {
    this.#answers.shift()?.reject(new Error("gone"));
    await settle();
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const noOverflow = (messages: number): void => assert.equal(messages, 0);

describe("Packer", () => {
  it("keeps bytes, order, parts and times of any mixture", async () => {
    const recorder = new Recorder();
    const packer = new Packer(recorder.options("tcp://127.0.0.1:1"));
    const sizes = [0, 1, 100, 70_000, 262_144, 262_145, 3, 1_000_000, 0, 9_000_000, 5];
    const messages = sizes.map((size, index) => [
      Buffer.alloc(size, index),
      ...Array.from({ length: index % 3 }, (_, part) => Buffer.alloc(size % 1_000, 100 + part)),
    ]);
    messages.push(Array.from({ length: 5_000 }, (_, part) => Buffer.from([part % 256])));
    for (const [index, parts] of messages.entries()) packer.take(parts, 1_000.5 + index);
    packer.flush();
    await packer.idle();
    assert.deepEqual(
      recorder.messages,
      messages.map((parts, index) => ({ parts, receivedAt: 1_000.5 + index })),
    );
    assert.equal(recorder.overflow, 0);
  });

  it("copies, so that the caller may use its bytes again at once", async () => {
    const recorder = new Recorder();
    const packer = new Packer(recorder.options("tcp://127.0.0.1:1"));
    const frame = Buffer.from("first");
    packer.take([frame], 1);
    frame.write("again");
    packer.flush();
    await packer.idle();
    assert.deepEqual(recorder.texts, ["first"]);
  });

  it("hands on by itself soon after the first message of a batch", async () => {
    const recorder = new Recorder();
    const packer = new Packer(recorder.options("tcp://127.0.0.1:1"));
    packer.take([Buffer.from("a")], 1);
    packer.take([Buffer.from("b")], 2);
    assert.equal(recorder.batches.length, 0);
    await recorder.until(() => recorder.messages.length === 2);
    assert.equal(recorder.batches.length, 1);
  });

  it("fills batches of 256 KiB, and of 4,096 entries where frames are tiny", async () => {
    const recorder = new Recorder();
    const packer = new Packer(recorder.options("tcp://127.0.0.1:1"));
    for (let index = 0; index < 1_000; index++) packer.take([Buffer.alloc(1_000)], 1);
    packer.flush();
    for (let index = 0; index < 10_000; index++) packer.take([Buffer.alloc(1)], 1);
    packer.flush();
    await packer.idle();
    assert.ok(Math.max(...recorder.batches) <= 262_144);
    assert.equal(recorder.batches.length, 4 + 3);
  });

  it("has at most 4 MiB unanswered, then waits, then goes on in order", async () => {
    const engine = new Engine();
    const packer = new Packer({
      append: (batch) => engine.append(batch),
      inFlightMaxBytes: 64 * 1024 * 1024,
      onOverflow: noOverflow,
    });
    for (let index = 0; index < 40; index++) packer.take([Buffer.alloc(262_144, index)], index);
    assert.equal(engine.batches.length, 15);
    await engine.answer();
    assert.equal(engine.batches.length, 16);
    for (let index = 0; index < 39; index++) await engine.answer();
    await packer.idle();
    assert.deepEqual(
      engine.batches.map(({ frames }) => new Uint8Array(frames)[0]),
      Array.from({ length: 40 }, (_, index) => index),
    );
  });

  it("sends a frame larger than the credit alone", async () => {
    const engine = new Engine();
    const packer = new Packer({
      append: (batch) => engine.append(batch),
      inFlightMaxBytes: 64 * 1024 * 1024,
      onOverflow: noOverflow,
    });
    packer.take([Buffer.alloc(10)], 1);
    packer.take([Buffer.alloc(6_000_000)], 1);
    packer.take([Buffer.alloc(10)], 1);
    packer.flush();
    const lengths = (): number[] => engine.batches.map(({ length }) => length);
    assert.deepEqual(lengths(), [10]);
    await engine.answer();
    assert.deepEqual(lengths(), [10, 6_000_000]);
    await engine.answer();
    assert.deepEqual(lengths(), [10, 6_000_000, 10]);
  });

  it("drops and counts what comes beyond the limit, and takes again when there is room", async () => {
    const engine = new Engine();
    let overflow = 0;
    const packer = new Packer({
      append: (batch) => engine.append(batch),
      inFlightMaxBytes: 2 * 1024 * 1024,
      onOverflow: (messages) => (overflow += messages),
    });
    for (let index = 0; index < 10; index++) packer.take([Buffer.alloc(262_144, index)], index);
    packer.flush();
    assert.equal(engine.batches.length, 6);
    assert.equal(overflow, 4);
    await engine.answer();
    packer.take([Buffer.alloc(262_144, 77)], 77);
    packer.flush();
    assert.equal(new Uint8Array(engine.batches.at(-1)!.frames)[0], 77);
    assert.equal(overflow, 4);
  });

  it("drops a frame larger than the limit", () => {
    const recorder = new Recorder();
    const packer = new Packer(recorder.options("tcp://127.0.0.1:1", { inFlightMaxBytes: 1024 * 1024 }));
    packer.take([Buffer.alloc(2_000_000)], 1);
    packer.flush();
    assert.equal(recorder.overflow, 1);
  });

  it("counts the messages of a refused batch and goes on", async () => {
    const engine = new Engine();
    let overflow = 0;
    const packer = new Packer({
      append: (batch) => engine.append(batch),
      inFlightMaxBytes: 64 * 1024 * 1024,
      onOverflow: (messages) => (overflow += messages),
    });
    packer.take([Buffer.from("a"), Buffer.from("further part")], 1);
    packer.take([Buffer.from("b")], 1);
    packer.flush();
    await engine.refuse();
    assert.equal(overflow, 2);
    await packer.idle();
  });

  it("fills buffers that came back again, and lets go of those that did not", async () => {
    const engine = new Engine();
    const packer = new Packer({
      append: (batch) => engine.append(batch),
      inFlightMaxBytes: 64 * 1024 * 1024,
      onOverflow: noOverflow,
    });
    const send = async (before: (batch: Batch) => void = () => undefined): Promise<Batch> => {
      packer.take([Buffer.from("a")], 1);
      packer.flush();
      const batch = engine.batches.at(-1)!;
      before(batch);
      await engine.answer();
      return batch;
    };
    const first = await send();
    const second = await send(({ frames }) => structuredClone(frames, { transfer: [frames] }));
    assert.equal(second.frames, first.frames);
    const third = await send();
    assert.notEqual(third.frames, first.frames);
    assert.equal(third.frames.byteLength, 262_144);
    assert.equal(third.table, first.table);
  });

  describe("a slot", () => {
    /** Writes a message into it in pieces of a few bytes. */
    function fill(packer: Packer, bytes: Buffer, receivedAt: number): void {
      const slot = packer.slot(bytes.length);
      const step = Math.max(1, Math.ceil(bytes.length / 7));
      for (let at = 0; at < bytes.length; at += step) slot.add(bytes.subarray(at, at + step));
      slot.end(receivedAt);
    }

    it("takes a message as it comes, between others", async () => {
      const recorder = new Recorder();
      const packer = new Packer(recorder.options("tcp://127.0.0.1:1"));
      const sizes = [10, 40_000, 100_000, 100_000, 200_000, 3_000_000, 9_000_000, 5];
      const messages = sizes.map((size, index) => Buffer.alloc(size, index + 1));
      for (const [index, message] of messages.entries())
        if (index % 2 === 0) packer.take([message], index);
        else fill(packer, message, index);
      packer.flush();
      await packer.idle();
      assert.deepEqual(
        recorder.messages,
        messages.map((message, receivedAt) => ({ parts: [message], receivedAt })),
      );
    });

    it("lets go what came before it, and goes on in a batch of its own", async () => {
      const recorder = new Recorder();
      const packer = new Packer(recorder.options("tcp://127.0.0.1:1"));
      packer.take([Buffer.from("before")], 1);
      const slot = packer.slot(8);
      slot.add(Buffer.from("half"));
      packer.flush();
      await settle();
      assert.deepEqual(recorder.messages, [{ parts: [Buffer.from("before")], receivedAt: 1 }]);
      packer.flush();
      slot.add(Buffer.from("half"));
      slot.end(2);
      packer.take([Buffer.from("after")], 3);
      packer.flush();
      await packer.idle();
      assert.deepEqual(recorder.messages.slice(1), [
        { parts: [Buffer.from("halfhalf")], receivedAt: 2 },
        { parts: [Buffer.from("after")], receivedAt: 3 },
      ]);
    });

    it("that is left leaves no message", async () => {
      const recorder = new Recorder();
      const packer = new Packer(recorder.options("tcp://127.0.0.1:1"));
      const slot = packer.slot(100_000);
      slot.add(Buffer.alloc(50_000, 1));
      slot.leave();
      packer.take([Buffer.from("after")], 3);
      packer.flush();
      await packer.idle();
      assert.deepEqual(recorder.messages, [{ parts: [Buffer.from("after")], receivedAt: 3 }]);
    });

    it("is handed on by itself, however long it took to come", async () => {
      const recorder = new Recorder();
      const packer = new Packer(recorder.options("tcp://127.0.0.1:1"));
      const slot = packer.slot(8);
      packer.flush();
      slot.add(Buffer.from("at last!"));
      slot.end(2);
      await recorder.until(() => recorder.messages.length === 1);
    });

    it("beyond the limit is told by itself, however long it took to come", async () => {
      const recorder = new Recorder();
      const packer = new Packer({ ...recorder.options("tcp://127.0.0.1:1"), inFlightMaxBytes: 1_000_000 });
      const slot = packer.slot(2_000_000);
      packer.flush();
      slot.end(2);
      await recorder.until(() => recorder.overflow === 1);
    });

    it("that is left takes no room and hands on nothing", async () => {
      const recorder = new Recorder();
      const packer = new Packer({ ...recorder.options("tcp://127.0.0.1:1"), inFlightMaxBytes: 4_500_000 });
      packer.slot(300_000).leave();
      fill(packer, Buffer.alloc(3_600_000, 1), 1);
      packer.flush();
      await packer.idle();
      packer.slot(3_000_000).leave();
      packer.flush();
      await packer.idle();
      assert.deepEqual([recorder.overflow, recorder.batches], [0, [3_600_000]]);
    });

    it("larger than memory, or than an entry can tell, is dropped and counted", async () => {
      const recorder = new Recorder();
      const options = { ...recorder.options("tcp://127.0.0.1:1"), inFlightMaxBytes: Number.MAX_SAFE_INTEGER };
      const packer = new Packer(options);
      for (const bytes of [2 ** 50, 2 ** 32]) packer.slot(bytes).end(1);
      packer.flush();
      await packer.idle();
      assert.equal(recorder.overflow, 2);
      assert.deepEqual(recorder.batches, []);
    });

    it("beyond the limit is dropped and counted at its end", async () => {
      const recorder = new Recorder();
      const packer = new Packer({ ...recorder.options("tcp://127.0.0.1:1"), inFlightMaxBytes: 1_000_000 });
      fill(packer, Buffer.alloc(2_000_000), 1);
      packer.take([Buffer.from("after")], 3);
      packer.flush();
      await packer.idle();
      assert.equal(recorder.overflow, 1);
      assert.deepEqual(recorder.messages, [{ parts: [Buffer.from("after")], receivedAt: 3 }]);
    });
  });
});
