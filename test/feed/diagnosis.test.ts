import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { FeedReceiver } from "../../src/feed/receiver";
import type { DiagnosisStep, DiagnosisTarget } from "../../src/protocol/feed";
import { PythonPeer } from "../support/pythonPublisher";

describe("the diagnosis", () => {
  let receiver: FeedReceiver;
  let peer: PythonPeer;
  let server: Server | undefined;

  beforeEach(() => {
    receiver = new FeedReceiver();
    peer = new PythonPeer();
  });

  afterEach(async () => {
    await receiver.stop();
    await peer.stop();
    server?.close();
    server = undefined;
  });

  /** The steps, each marked `+` or `-`, and the last one. */
  async function diagnose(
    target: Omit<DiagnosisTarget, "topics"> & { topics?: string[] },
    onStep: (step: DiagnosisStep) => void = () => undefined,
  ): Promise<[string[], DiagnosisStep | undefined]> {
    const told: DiagnosisStep[] = [];
    const steps = await receiver.diagnose(
      { topics: [], ...target },
      (step) => {
        told.push(step);
        onStep(step);
      },
      new AbortController().signal,
    );
    assert.deepEqual(told, steps);
    for (const { ok, advice } of steps) assert.equal(advice === undefined, ok);
    return [steps.map(({ name, ok }) => (ok ? "+" : "-") + name), steps.at(-1)];
  }

  const toMechanism = ["+Name", "+TCP", "+Greeting", "+Mechanism"];
  const toSubscription = [...toMechanism, "+Credentials", "+Subscription"];

  it("goes as far as the first message and tells its topic, then MISP's settings", async () => {
    const endpoint = await peer.bind({ users: { misp: "secret" } });
    const seen: DiagnosisStep[] = [];
    const [names, last] = await diagnose(
      { endpoint, credentials: { username: "misp", password: "secret" } },
      (step) => {
        seen.push(step);
        if (step.name !== "Subscription") return;
        void peer.subscribed().then(() => peer.send([Buffer.from("misp_json_tag {}")]));
      },
    );
    assert.deepEqual(names, [...toSubscription, "+First message", "+MISP settings"]);
    assert.equal(seen.find(({ name }) => name === "First message")?.detail, "Came: misp_json_tag.");
    assert.match(last?.detail ?? "", /Plugin\.ZeroMQ_event_notifications_enable/);
  });

  it("says when only other topics than those chosen come, and goes on to the settings", async () => {
    const endpoint = await peer.bind();
    const seen: DiagnosisStep[] = [];
    const [names] = await diagnose({ endpoint, topics: ["misp_json_tag"] }, (step) => {
      seen.push(step);
      if (step.name !== "Subscription") return;
      void peer.subscribed().then(() => peer.send([Buffer.from('misp_json_self {"uptime":1}')]));
    });
    assert.deepEqual(names, [...toSubscription, "-First message", "+MISP settings"]);
    assert.match(seen.at(-2)?.detail ?? "", /None of the chosen topics .*Came: misp_json_self\./);
  });

  it("stops at a name that does not resolve", async () => {
    const [names] = await diagnose({ endpoint: "tcp://nowhere.invalid:50000" });
    assert.deepEqual(names, ["-Name"]);
  });

  async function listen(listening: Server): Promise<string> {
    server = listening.listen(0, "127.0.0.1");
    await once(server, "listening");
    return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it("stops at a port where nobody listens", async () => {
    const endpoint = await listen(createServer());
    server?.close();
    const [names, last] = await diagnose({ endpoint });
    assert.deepEqual(names, ["+Name", "-TCP"]);
    assert.match(last?.advice ?? "", /ssh -L/);
  });

  it("tells what answers instead of ZeroMQ, hidden characters written out", async () => {
    const endpoint = await listen(createServer((socket) => socket.end("SSH-2.0-OpenSSH\r\n")));
    const [names, last] = await diagnose({ endpoint });
    assert.deepEqual(names, ["+Name", "+TCP", "-Greeting"]);
    assert.equal(last?.detail, "Something that is not ZeroMQ answers: SSH-2.0-OpenSSH");
  });

  it("stops at a mechanism that does not fit", async () => {
    const endpoint = await peer.bind({ users: { misp: "secret" } });
    const [names, last] = await diagnose({ endpoint });
    assert.deepEqual(names, ["+Name", "+TCP", "+Greeting", "-Mechanism"]);
    assert.equal(last?.detail, "The server wants a user name and password; none was given.");
  });

  it("stops at a wrong password", async () => {
    const endpoint = await peer.bind({ users: { misp: "secret" } });
    const [names, last] = await diagnose({ endpoint, credentials: { username: "misp", password: "wrong" } });
    assert.deepEqual(names, [...toMechanism, "-Credentials"]);
    assert.ok(!JSON.stringify(last).includes("wrong"));
  });

  it("ends when aborted, with the steps so far", async () => {
    const endpoint = await peer.bind();
    const abort = new AbortController();
    const stopAt = (step: DiagnosisStep): void => {
      if (step.name === "Subscription") abort.abort();
    };
    const steps = await receiver.diagnose({ endpoint, topics: [] }, stopAt, abort.signal);
    assert.deepEqual(
      steps.map(({ name }) => name),
      ["Name", "TCP", "Greeting", "Mechanism", "Credentials", "Subscription"],
    );
  });

  it("refuses a bad endpoint", async () => {
    await assert.rejects(diagnose({ endpoint: "http://127.0.0.1:80" }), { name: "Refusal" });
  });
});
