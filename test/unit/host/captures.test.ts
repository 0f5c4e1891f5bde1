import assert from "node:assert/strict";
import fs, { existsSync, mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { mock } from "node:test";
import type { CaptureMemory } from "../../../src/host/capture";
import { Captures } from "../../../src/host/captures";
import type { CaptureOrigin, EngineCapture, KeptCapture } from "../../../src/protocol/engine";
import { Refusal, type CallOptions } from "../../../src/protocol/rpc";
import { engineCapture, fakeEngine, FakeReceiver } from "./fakes";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const ENDPOINT = "tcp://127.0.0.1:50000";

describe("Captures", () => {
  let directory: string;
  let kept: Map<string, EngineCapture>;
  let remembered: { id: string; connected: boolean }[];
  let feed: FakeReceiver;
  let calls: [string, unknown][];
  let captures: Captures;
  /** What stands against a removal, and how long it takes. */
  let removing: (id: string) => Error | undefined | Promise<undefined>;
  let noting: Error | undefined;
  /** What stands on the disk. */
  let folders: KeptCapture[];
  /** Figures of an opened capture, and how long it takes. */
  let opening: (id: string, onProgress: CallOptions["onProgress"]) => Promise<Partial<EngineCapture>>;
  /** How many messages a file has, and how long it takes to read. */
  let importing: (signal?: AbortSignal) => Promise<number>;
  let stored: { username: string; password: string } | undefined;

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "captures-"));
    kept = new Map();
    remembered = [];
    stored = undefined;
    removing = () => undefined;
    noting = undefined;
    opening = () => Promise.resolve({});
    importing = () => Promise.resolve(3);
    folders = [];
    feed = new FakeReceiver();
    const fake = fakeEngine({
      kept: () => folders,
      open: async ({ id, origin }: { id: string; origin?: CaptureOrigin }, { onProgress }: CallOptions = {}) => {
        const capture = engineCapture(id, { ...(await opening(id, onProgress)), ...(origin && { origin }) });
        kept.set(id, capture);
        return capture;
      },
      describe: ({ capture, origin }: { capture: string; origin: CaptureOrigin }) => {
        const known = kept.get(capture);
        if (known) kept.set(capture, { ...known, origin });
        return {};
      },
      captures: () => [...kept.values()],
      remove: async ({ capture }: { capture: string }) => {
        const refusal = await removing(capture);
        if (refusal) throw refusal;
        kept.delete(capture);
        return {};
      },
      note: () => {
        if (noting) throw noting;
        return {};
      },
      prune: () => ({ deleted: 2 }),
      import: async ({ capture }: { capture: string }, { signal }: CallOptions = {}) => {
        const messages = await importing(signal);
        kept.set(capture, { ...(kept.get(capture) ?? engineCapture(capture)), messages, shown: messages });
        return { form: "log", messages, faulty: 0, faults: [] };
      },
    });
    calls = fake.calls;
    const memory: CaptureMemory = {
      load: () => remembered,
      save: (list) => (remembered = [...list]),
    };
    captures = new Captures({
      engine: () => fake.engine,
      receiver: feed,
      directory,
      workspace: "here",
      settings: () => ({ journalMaxBytes: 1, inFlightMaxBytes: 1, quietAfter: 30 }),
      memory,
      storedCredentials: () => Promise.resolve(stored),
      now: () => 1_000,
      log: silent,
    });
  });
  afterEach(() => {
    captures.dispose();
    rmSync(directory, { recursive: true, force: true });
  });

  /** A capture's folder, of this workspace and free unless it is told otherwise. */
  function onDisk(id: string, more: Partial<KeptCapture> = {}): void {
    mkdirSync(path.join(directory, id));
    const origin = { name: id, endpoint: ENDPOINT, topics: [] };
    folders.push({ id, origin, workspace: "here", held: false, bytes: 1_000, ...more });
  }
  const named = (name: string): unknown[] => calls.filter(([call]) => call === name).map(([, args]) => args);

  it("resolves a connect once the feed is connected, and lists the capture", async () => {
    const { capture, state } = await captures.connect({ endpoint: ENDPOINT });
    assert.equal(state, "connected");
    assert.equal(captures.get(capture)?.origin.name, "127.0.0.1:50000");
    assert.equal(captures.lastUsed, capture);
    assert.deepEqual(remembered, [{ id: capture, connected: true }]);
  });

  it("refuses a bad endpoint before any capture or socket is made", async () => {
    await assert.rejects(captures.connect({ endpoint: "tcp://127.0.0.1:99999" }), Refusal);
    assert.deepEqual(calls, []);
    assert.deepEqual(feed.subscribers, []);
  });

  it("keeps the capture when nobody listens, rejects with the sentence, and goes on trying", async () => {
    feed.onStart = { state: "refused", reason: "port", since: 0, attempt: 2, retryAt: 9_000 };
    await assert.rejects(captures.connect({ endpoint: ENDPOINT }), /Nobody listens on 127\.0\.0\.1:50000/);
    assert.equal(captures.all.length, 1);
    assert.equal(feed.subscribers[0]?.stopped, false);
  });

  it("uses one capture for one endpoint, and no second socket while it is up", async () => {
    const first = await captures.connect({ endpoint: ENDPOINT });
    const again = await captures.connect({ endpoint: "127.0.0.1:50000" });
    assert.equal(again.capture, first.capture);
    assert.equal(feed.subscribers.length, 1);
  });

  it("makes a new socket in the same capture when the topics change", async () => {
    await captures.connect({ endpoint: ENDPOINT });
    await captures.connect({ endpoint: ENDPOINT, topics: ["misp_json"] });
    assert.equal(captures.all.length, 1);
    assert.equal(feed.subscribers[0]?.stopped, true);
    assert.deepEqual(feed.subscribers[1]?.options.topics, ["misp_json"]);
  });

  it("takes credentials kept for the endpoint where none are given", async () => {
    stored = { username: "misp", password: "secret" };
    await captures.connect({ endpoint: ENDPOINT });
    assert.deepEqual(feed.subscribers[0]?.options.credentials, stored);
  });

  it("tells the engine of no password", async () => {
    await captures.connect({ endpoint: ENDPOINT, username: "misp", password: "hunter2" });
    await captures.retry(captures.lastUsed ?? "", { username: "other", password: "hunter2" });
    assert.ok(!JSON.stringify(calls).includes("hunter2"));
    assert.equal((await captures.current())[0]?.origin.username, "other");
  });

  it("enters in the ledger when its connection stands, and why it ended, once", async () => {
    const { capture } = await captures.connect({ endpoint: ENDPOINT });
    feed.subscribers[0]?.become({ state: "reconnecting", since: 0, attempt: 1, retryAt: 2_000 });
    feed.subscribers[0]?.become({ state: "reconnecting", since: 0, attempt: 2, retryAt: 3_000 });
    feed.subscribers[0]?.become({ state: "connected", since: 0 });
    await captures.disconnect(capture);
    assert.deepEqual(
      named("note"),
      ["up", "lost", "up", "left"].map((state) => ({ capture, feed: state })),
    );
  });

  it("enters in the ledger, once an engine answers again, what was dropped while none did", async () => {
    const { capture } = await captures.connect({ endpoint: ENDPOINT });
    const [subscriber] = feed.subscribers;
    noting = new Refusal("The engine is being started anew; try again.");
    subscriber?.options.onOverflow(3);
    await captures.current();
    noting = undefined;
    subscriber?.options.onOverflow(4);
    subscriber?.options.onOverflow(5);
    assert.deepEqual(
      named("note").slice(1),
      [3, 7, 5].map((overflow) => ({ capture, overflow })),
    );
  });

  it("waits for the answer of a retry, not for the refusal before it", async () => {
    feed.onStart = { state: "refused", reason: "auth", since: 0 };
    await assert.rejects(captures.connect({ endpoint: ENDPOINT, username: "u", password: "p" }));
    const [subscriber] = feed.subscribers;
    assert.ok(subscriber);
    subscriber.onStart = { state: "connected", since: 0 };
    await captures.retry(captures.lastUsed ?? "", { username: "u", password: "q" });
    assert.equal((await captures.current())[0]?.connection.state, "connected");
  });

  it("leaves a connection that stands alone", async () => {
    const { capture } = await captures.connect({ endpoint: ENDPOINT });
    await captures.retry(capture);
    assert.deepEqual(feed.subscribers[0]?.retries, []);
  });

  it("empties a connected capture and removes one that is not", async () => {
    const { capture } = await captures.connect({ endpoint: ENDPOINT });
    await captures.clear(capture);
    assert.deepEqual(named("clear"), [{ capture }]);
    await captures.disconnect(capture);
    await captures.clear(capture);
    assert.deepEqual(named("remove"), [{ capture }]);
    assert.deepEqual(captures.all, []);
    assert.deepEqual(remembered, []);
  });

  it("reopens after a reload what it held, and connects what was connected", async () => {
    for (const id of ["a", "b"]) onDisk(id);
    remembered = [
      { id: "a", connected: true },
      { id: "b", connected: false },
      { id: "gone", connected: true },
    ];
    assert.deepEqual(await captures.restore(), []);
    assert.deepEqual(
      named("open").map((args) => (args as { id: string }).id),
      ["a", "b"],
    );
    assert.equal(feed.subscribers.length, 1);
    assert.deepEqual(
      remembered.map(({ id }) => id),
      ["a", "b"],
    );
  });

  it("names the captures that were not closed in order", async () => {
    for (const id of ["a", "b"]) onDisk(id);
    remembered = folders.map(({ id }) => ({ id, connected: false }));
    const recovered = { messages: 5, torn: 0, cutBytes: 0 };
    opening = (id) => Promise.resolve(id === "b" ? { recovered } : {});
    assert.deepEqual(await captures.restore(), ["b"]);
  });

  it("shows a capture and connects it while its journal is read, and how far that is", async () => {
    onDisk("a");
    remembered = [{ id: "a", connected: true }];
    let read = (): void => undefined;
    opening = (_, onProgress) => {
      onProgress?.({ done: 450, total: 1_000 });
      return new Promise((resolve) => (read = () => resolve({})));
    };
    const restoring = captures.restore();
    const { capture, state } = await captures.connect({ endpoint: ENDPOINT });
    assert.deepEqual([capture, state, running()], ["a", "connected", 1]);
    const [listed] = await captures.current();
    assert.deepEqual([listed?.id, listed?.reading], ["a", { done: 450, total: 1_000 }]);
    read();
    await restoring;
    assert.equal((await captures.current())[0]?.reading, undefined);
    assert.equal(running(), 1);
  });

  it("finds what nobody holds or remembers, of this workspace or of none, and leaves it disconnected", async () => {
    onDisk("known");
    onDisk("left");
    onDisk("homeless", { workspace: "" });
    onDisk("empty", { bytes: 0 });
    onDisk("elsewhere", { workspace: "there" });
    onDisk("live", { held: true });
    remembered = [{ id: "known", connected: true }];
    await captures.restore();
    assert.deepEqual(await captures.findForgotten(), ["left", "homeless"]);
    assert.deepEqual(
      captures.all.map(({ id }) => id),
      [],
    );
    assert.deepEqual(
      (await captures.current()).map(({ id, connection }) => [id, connection.state]),
      [
        ["known", "connected"],
        ["left", "disconnected"],
        ["homeless", "disconnected"],
      ],
    );
    assert.deepEqual(
      remembered.map(({ id }) => id),
      ["known", "left", "homeless"],
    );
    assert.deepEqual(await captures.findForgotten(), []);
  });

  it("never finds again what was removed, even where its files stay", async () => {
    onDisk("left");
    await captures.findForgotten();
    await captures.remove("left");
    assert.deepEqual(await captures.findForgotten(), []);
  });

  it("opens everything again in a new engine after a crash, and pauses what was paused", async () => {
    const { capture } = await captures.connect({ endpoint: ENDPOINT });
    kept.set(capture, engineCapture(capture, { paused: true }));
    await captures.current();
    await captures.recover();
    await captures.retry(capture);
    assert.deepEqual(named("pause"), [{ capture }]);
    assert.deepEqual(
      feed.subscribers.map(({ stopped }) => stopped),
      [true, false],
    );
  });

  it("opens the others again where one is refused, which is disconnected and says why until it is opened", async () => {
    const first = await captures.connect({ endpoint: ENDPOINT });
    const second = await captures.connect({ endpoint: "tcp://127.0.0.1:50001" });
    kept.clear();
    opening = (id) => (id === first.capture ? Promise.reject(new Refusal("The disk refuses.")) : Promise.resolve({}));
    await captures.recover();
    await captures.retry(second.capture);
    const states = async (): Promise<unknown[]> =>
      (await captures.current()).map(({ id, connection, trouble }) => [id, connection.state, trouble]);
    assert.deepEqual(await states(), [
      [first.capture, "disconnected", "The disk refuses."],
      [second.capture, "connected", undefined],
    ]);
    assert.equal(running(), 1);
    await assert.rejects(captures.connect({ endpoint: ENDPOINT }), /The disk refuses/);
    opening = () => Promise.resolve({});
    await captures.connect({ endpoint: ENDPOINT });
    assert.deepEqual(await states(), [
      [first.capture, "connected", undefined],
      [second.capture, "connected", undefined],
    ]);
  });

  const running = (): number => feed.subscribers.filter(({ stopped }) => !stopped).length;

  it("makes one capture and one socket of two connects at once", async () => {
    const both = await Promise.all([
      captures.connect({ endpoint: ENDPOINT }),
      captures.connect({ endpoint: ENDPOINT }),
    ]);
    assert.equal(both[0].capture, both[1].capture);
    assert.equal(running(), 1);
  });

  it("connects in the capture that a reload is just reopening", async () => {
    onDisk("a");
    remembered = [{ id: "a", connected: true }];
    const restoring = captures.restore();
    assert.equal((await captures.connect({ endpoint: ENDPOINT })).capture, "a");
    await restoring;
    assert.equal(running(), 1);
  });

  it("answers a connect at once that a disconnect cuts short", async () => {
    feed.onStart = { state: "connecting", since: 0 };
    const connecting = captures.connect({ endpoint: ENDPOINT });
    const refused = assert.rejects(connecting, /Disconnected/);
    while (feed.subscribers.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await captures.disconnect(captures.lastUsed ?? "");
    await refused;
    assert.equal(running(), 0);
  });

  it("is connected, by one socket, when a connect follows a disconnect on its heels", async () => {
    const { capture } = await captures.connect({ endpoint: ENDPOINT });
    const leaving = captures.disconnect(capture);
    await captures.connect({ endpoint: ENDPOINT });
    await leaving;
    assert.equal((await captures.current())[0]?.connection.state, "connected");
    assert.equal(running(), 1);
  });

  it("keeps a password for its capture in memory, and takes no one else's", async () => {
    const { capture } = await captures.connect({ endpoint: ENDPOINT, username: "misp", password: "secret" });
    await captures.disconnect(capture);
    await captures.connect({ endpoint: ENDPOINT });
    assert.deepEqual(feed.subscribers[1]?.options.credentials, { username: "misp", password: "secret" });
    await assert.rejects(captures.connect({ endpoint: ENDPOINT, username: "bob" }), /No password of bob/);
  });

  it("leaves alone what another window of the workspace remembers", async () => {
    mkdirSync(path.join(directory, "theirs"));
    remembered = [{ id: "theirs", connected: true }];
    const { capture } = await captures.connect({ endpoint: ENDPOINT });
    assert.deepEqual(
      remembered.map(({ id }) => id),
      [capture, "theirs"],
    );
  });

  it("removes from the list what the disk will not let go", async () => {
    const { capture } = await captures.connect({ endpoint: ENDPOINT });
    removing = (id) => {
      kept.delete(id);
      return new Refusal("The disk refuses.");
    };
    await assert.rejects(captures.remove(capture), /refuses/);
    assert.deepEqual(await captures.current(), []);
    assert.deepEqual(remembered, []);
  });

  it("keeps a capture that the engine did not let go of, and deletes all others", async () => {
    const { capture } = await captures.connect({ endpoint: ENDPOINT });
    await captures.connect({ endpoint: "tcp://127.0.0.1:50001" });
    removing = (id) => (id === capture ? new Refusal("The engine is busy.") : undefined);
    await assert.rejects(captures.deleteAll(), { name: "Refusal", message: "The engine is busy." });
    assert.deepEqual(
      [(await captures.current()).map(({ id }) => id), remembered],
      [[capture], [{ id: capture, connected: false }]],
    );
    assert.equal(named("prune").length, 1);
    removing = () => undefined;
    await captures.remove(capture);
    assert.deepEqual([captures.all, remembered], [[], []]);
  });

  it("lists and remembers what is being removed until the engine has done it", async () => {
    const { capture } = await captures.connect({ endpoint: ENDPOINT });
    let done = (): void => undefined;
    removing = () => new Promise((resolve) => (done = () => resolve(undefined)));
    const removed = captures.remove(capture);
    while (named("remove").length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await captures.current())[0]?.id, capture);
    assert.deepEqual(remembered, [{ id: capture, connected: true }]);
    done();
    await removed;
    assert.deepEqual([captures.all, remembered], [[], []]);
  });

  it("deletes everything, also what no window uses", async () => {
    await captures.connect({ endpoint: ENDPOINT });
    assert.equal(await captures.deleteAll(), 3);
    assert.deepEqual(captures.all, []);
  });

  describe("of files", () => {
    let file: string;
    beforeEach(() => {
      file = path.join(directory, "one.misp.jsonl");
      writeFileSync(file, "1");
    });
    const viewed = async (id: string): Promise<unknown> =>
      (await captures.current()).filter((each) => each.id === id).map(({ file, messages }) => ({ ...file, messages }));

    const becomes = async (id: string, stale: string): Promise<void> => {
      while ((await captures.current()).find((each) => each.id === id)?.file?.stale !== stale)
        await new Promise(setImmediate);
    };

    it("opens one into a capture of its own, without a feed", async () => {
      const { capture, messages } = await captures.openFile(file);
      assert.equal(messages, 3);
      assert.deepEqual(await viewed(capture), [{ path: file, hasTimes: false, messages: 3 }]);
      assert.equal(captures.get(capture)?.origin.name, "one.misp.jsonl");
      assert.equal(captures.lastUsed, capture);
      assert.deepEqual(remembered, [{ id: capture, connected: false }]);
      assert.deepEqual(feed.subscribers, []);
    });

    it("opens one path once, also when two ask at a time, and reads it again when it changed", async () => {
      const [first, second] = await Promise.all([captures.openFile(file), captures.openFile(file)]);
      assert.equal(first.capture, second.capture);
      assert.equal((await captures.openFile(file)).capture, first.capture);
      assert.equal(named("import").length, 1);
      writeFileSync(file, "22");
      importing = () => Promise.resolve(5);
      assert.deepEqual(await captures.openFile(file), { capture: first.capture, messages: 5 });
      await captures.retry(first.capture);
      assert.equal(named("import").length, 2);
    });

    it("leaves no capture behind of what is refused or cancelled", async () => {
      importing = () => Promise.reject(new Refusal("It is no fixture."));
      await assert.rejects(Promise.all([captures.openFile(file), captures.openFile(file)]), /It is no fixture/);
      assert.deepEqual(await captures.current(), []);
      const cancel = new AbortController();
      importing = (signal) =>
        new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new Refusal("Cancelled."))));
      const opening = captures.openFile(file, { signal: cancel.signal });
      while (named("import").length < 2) await new Promise(setImmediate); // the first was of what was refused
      cancel.abort();
      await assert.rejects(opening, /Cancelled/);
      assert.deepEqual([await captures.current(), remembered], [[], []]);
    });

    it("tells that a file was not read to its end, and keeps what was read", async () => {
      const { capture } = await captures.openFile(file);
      writeFileSync(file, "22");
      importing = () => Promise.reject(new Refusal("The disk is full."));
      await assert.rejects(captures.openFile(file), /The disk is full/);
      assert.deepEqual(await viewed(capture), [{ path: file, hasTimes: false, messages: 3, stale: "unfinished" }]);
    });

    it("tells that a file changed on disk, or is gone", async () => {
      const looks: (() => void)[] = [];
      const watch = mock.method(fs, "watchFile", (_: string, __: object, look: () => void) => void looks.push(look));
      try {
        const { capture } = await captures.openFile(file);
        const look = async (stale: string): Promise<void> => {
          looks.forEach((each) => each());
          await becomes(capture, stale);
        };
        writeFileSync(file, "22");
        await look("changed");
        rmSync(file);
        await look("gone");
        assert.deepEqual(named("import").length, 1);
      } finally {
        watch.mock.restore();
      }
    });

    it("removes it from the list on clear, and leaves the file", async () => {
      const { capture } = await captures.openFile(file);
      await captures.clear(capture);
      assert.deepEqual([captures.all, existsSync(file)], [[], true]);
    });

    it("is there again after a reload, and offers none that a window left", async () => {
      const origin = { name: "two", topics: [], file, fileStamp: "another" };
      onDisk("mine", { origin });
      onDisk("left", { origin });
      opening = () => Promise.resolve({ origin, recovered: { messages: 1, torn: 0, cutBytes: 0 } });
      remembered = [{ id: "mine", connected: false }];
      assert.deepEqual(await captures.restore(), []);
      assert.deepEqual(await captures.findForgotten(), []);
      await becomes("mine", "changed");
      assert.deepEqual(feed.subscribers, []);
    });
  });
});
