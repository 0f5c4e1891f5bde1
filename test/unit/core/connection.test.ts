import assert from "node:assert/strict";
import {
  explain,
  nextConnection,
  type Connection,
  type ConnectionEvent,
  type RefusalReason,
} from "../../../src/core/connection";

const disconnected: Connection = { state: "disconnected", since: 0 };

/** The states after each event, the first event at 1000, the next at 2000 and so on. */
function run(events: readonly ConnectionEvent[]): Connection[] {
  let connection = disconnected;
  return events.map((event, index) => (connection = nextConnection(connection, event, (index + 1) * 1000)));
}

describe("nextConnection", () => {
  it("is connected only after the handshake, receiving on a message, quiet after silence", () => {
    const states = run([
      { kind: "start" },
      { kind: "message" },
      { kind: "handshake" },
      { kind: "message" },
      { kind: "silence", since: 4000 },
      { kind: "message" },
    ]);
    assert.deepEqual(states, [
      { state: "connecting", since: 1000, attempt: 1 },
      { state: "connecting", since: 1000, attempt: 1 },
      { state: "connected", since: 3000 },
      { state: "receiving", since: 4000 },
      { state: "quiet", since: 4000 },
      { state: "receiving", since: 6000 },
    ]);
  });

  it("counts attempts while nobody listens and keeps the time of the first refusal", () => {
    const states = run([
      { kind: "start" },
      { kind: "failed", reason: "port", retryAt: 2500 },
      { kind: "failed", reason: "port", retryAt: 4000 },
      { kind: "handshake" },
    ]);
    assert.deepEqual(states.slice(1), [
      { state: "refused", reason: "port", since: 2000, attempt: 2, retryAt: 2500 },
      { state: "refused", reason: "port", since: 2000, attempt: 3, retryAt: 4000 },
      { state: "connected", since: 4000 },
    ]);
  });

  it("stays reconnecting after a loss while the server is away", () => {
    const lost: ConnectionEvent[] = [{ kind: "start" }, { kind: "handshake" }, { kind: "lost", retryAt: 3500 }];
    for (const reason of ["port", "silent", "host"] as const) {
      const states = run([...lost, { kind: "failed", reason, retryAt: 5000 }, { kind: "handshake" }]);
      assert.deepEqual(states.slice(2), [
        { state: "reconnecting", since: 3000, attempt: 1, retryAt: 3500 },
        { state: "reconnecting", reason, since: 3000, attempt: 2, retryAt: 5000 },
        { state: "connected", since: 5000 },
      ]);
    }
  });

  it("turns a definite answer after a loss into a refusal that waits for a person", () => {
    const [last] = run([
      { kind: "start" },
      { kind: "handshake" },
      { kind: "lost", retryAt: 3500 },
      { kind: "failed", reason: "auth" },
    ]).slice(-1);
    assert.deepEqual(last, { state: "refused", reason: "auth", since: 4000 });
  });

  it("begins a new refusal where the reason changes", () => {
    const [last] = run([
      { kind: "start" },
      { kind: "failed", reason: "port", retryAt: 2500 },
      { kind: "failed", reason: "not-zeromq", retryAt: 4000 },
    ]).slice(-1);
    assert.equal(last?.since, 3000);
  });

  it("hears nothing after stop until it is started again", () => {
    const states = run([
      { kind: "start" },
      { kind: "stop" },
      { kind: "handshake" },
      { kind: "failed", reason: "port", retryAt: 5 },
      { kind: "lost", retryAt: 5 },
      { kind: "stop" },
      { kind: "start" },
    ]).map(({ state }) => state);
    assert.deepEqual(states, ["connecting", ...Array<string>(5).fill("disconnected"), "connecting"]);
  });

  it("returns the same object where nothing changed", () => {
    const receiving: Connection = { state: "receiving", since: 5 };
    assert.equal(nextConnection(receiving, { kind: "message" }, 9), receiving);
    assert.equal(nextConnection(receiving, { kind: "handshake" }, 9), receiving);
    const quiet: Connection = { state: "quiet", since: 5 };
    assert.equal(nextConnection(quiet, { kind: "silence", since: 6 }, 9), quiet);
  });
});

describe("explain", () => {
  const endpoint = "tcp://127.0.0.1:50000";

  it("says who refuses, when it tries again, and what can be done", () => {
    const refused: Connection = { state: "refused", reason: "port", since: 0, attempt: 4, retryAt: 18_000 };
    assert.deepEqual(explain(refused, endpoint, 10_000), {
      title: "Nobody listens on 127.0.0.1:50000",
      text: "Connection refused. Trying again in 8 s, attempt 4.",
      short: "refused, retry in 8 s",
      acts: ["retry", "changeEndpoint", "disconnect"],
    });
    assert.equal(explain(refused, endpoint, 18_000).text, "Connection refused. Trying again now, attempt 4.");
  });

  it("does not announce an attempt after a wrong password", () => {
    assert.deepEqual(explain({ state: "refused", reason: "auth", since: 0 }, endpoint, 10_000), {
      title: "Wrong user name or password",
      text: "127.0.0.1:50000 answered and refused the credentials. The same password is not tried again.",
      short: "wrong password",
      acts: ["enterPassword", "changeEndpoint"],
    });
  });

  it("names the host that was not found", () => {
    const { title } = explain({ state: "refused", reason: "host", since: 0 }, "tcp://misp.example:50000", 0);
    assert.equal(title, "Host misp.example not found");
  });

  it("says why reconnecting has failed so far", () => {
    const connection: Connection = { state: "reconnecting", reason: "port", since: 0, attempt: 2, retryAt: 1_500 };
    assert.equal(
      explain(connection, endpoint, 1_000).text,
      "The server closed it or went away. Nobody listens on 127.0.0.1:50000. Trying again in 1 s, attempt 2.",
    );
  });

  const lasting: readonly (readonly [milliseconds: number, title: string])[] = [
    [48_999, "No message for 48 s"],
    [100_000, "No message for 1 min"],
    [5_900_000, "No message for 98 min"],
    [7_200_000, "No message for 2 h"],
    [-5, "No message for 0 s"],
  ];
  for (const [now, title] of lasting) {
    it(`tells a silence of ${now} ms as "${title}"`, () => {
      assert.equal(explain({ state: "quiet", since: 0 }, endpoint, now).title, title);
    });
  }

  const reasons: readonly RefusalReason[] = [
    "auth",
    "auth-required",
    "no-auth",
    "mechanism",
    "old-zeromq",
    "not-zeromq",
    "silent",
    "host",
    "port",
  ];
  const every: readonly Connection[] = [
    ...(["connecting", "connected", "receiving", "quiet", "reconnecting", "disconnected"] as const).map((state) => ({
      state,
      since: 0,
    })),
    ...reasons.map((reason) => ({ state: "refused", reason, since: 0 }) as const),
  ];

  it("has its own words and a way on for every state and reason", () => {
    const all = every.map((connection) => explain(connection, endpoint, 1_000));
    assert.equal(new Set(all.map(({ title }) => title)).size, every.length);
    assert.equal(new Set(all.map(({ short }) => short)).size, every.length);
    for (const { title, text, short, acts } of all) {
      assert.match(text, /\.$/);
      assert.doesNotMatch(title + text + short, /!|\$|please|oops/i);
      assert.ok(short.length <= 30);
      assert.ok(acts.length > 0);
    }
  });

  it("leaves an address with a dollar sign alone", () => {
    assert.equal(explain({ state: "connecting", since: 0 }, "$for:$at", 1_000).title, "Connecting to $for:$at");
  });
});
