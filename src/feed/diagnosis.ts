import { EventEmitter, once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { RefusalReason } from "../core/connection";
import { parseEndpoint, type Endpoint } from "../core/endpoint";
import { readMessage } from "../core/message";
import { cutText, visible } from "../core/text";
import type { DiagnosisStep, DiagnosisTarget } from "../protocol/feed";
import { Refusal } from "../protocol/rpc";
import { Link, type Inlet } from "./link";
import { probe, reasonOf, type Sight } from "./probe";
import { resolveTargets } from "./resolve";

/** MISP's heartbeat comes after 10 s of silence. */
const LISTEN_MS = 12_000;
const HANDSHAKE_MS = 5_000;
const SHOWN_TOPICS = 10;
/** Of a large message, where its topic is. */
const HEAD_BYTES = 1 << 10;

const advice: Readonly<Record<RefusalReason, string>> = {
  host: "Check the spelling, and that the network or VPN that knows the name is up.",
  port:
    "Check host and port, that Plugin.ZeroMQ_enable is set, and that MISP's ZeroMQ publisher runs. MISP listens on " +
    "its own loopback address only: from another machine use a tunnel, ssh -L 50000:127.0.0.1:50000 HOST.",
  silent:
    "Check the firewall. If this is an SSH tunnel, check that MISP's publisher listens at its far end: a tunnel " +
    "accepts and says nothing when it does not.",
  "not-zeromq": "Check the port: MISP's ZeroMQ port is 50000 unless it was changed, not that of its web pages.",
  "auth-required": "Enter the values of Plugin.ZeroMQ_username and Plugin.ZeroMQ_password.",
  "no-auth": "Connect without user name and password, or set both in MISP.",
  mechanism: "MISP uses no such authentication. Check that this is MISP's ZeroMQ port.",
  "old-zeromq": "Install libzmq 4.0 or newer, or a pyzmq that brings it, for MISP's publisher; or check the port.",
  auth: "Compare user name and password with Plugin.ZeroMQ_username and Plugin.ZeroMQ_password.",
};

const quiet =
  "Publish an event in MISP, or start the simulator to see one. Some MISP versions send a heartbeat after 10 s of " +
  "silence, others send none. If messages should come, compare MISP's settings with the next step.";

const settings =
  "Plugin.ZeroMQ_enable, _host (127.0.0.1), _port (50000), _username and _password say whether, where and for whom MISP " +
  "publishes. What it sends is switched one by one: Plugin.ZeroMQ_event_notifications_enable, and so for object, " +
  "object_reference, attribute, tag, sighting, user, organisation, audit and warninglist. All of these are off at " +
  "first: a fresh MISP sends only misp_json, misp_json_conversation, misp_json_workflow and misp_json_self.";

/**
 * Why nothing is received: from the host's name to the first message, each step told as it is done. Stops at the first
 * that makes the rest meaningless, and, with the steps so far, when aborted. A Refusal where the endpoint is none.
 */
export async function diagnose(
  target: DiagnosisTarget,
  onStep: (step: DiagnosisStep) => void,
  signal: AbortSignal,
): Promise<DiagnosisStep[]> {
  const endpoint = parseEndpoint(target.endpoint);
  if (endpoint instanceof Error) throw new Refusal(endpoint.message);
  const steps: DiagnosisStep[] = [];
  for await (const step of examine(endpoint, target, signal)) {
    if (signal.aborted) break;
    steps.push(step);
    onStep(step);
  }
  return steps;
}

const passed = (name: string, detail: string): DiagnosisStep => ({ name, ok: true, detail });
const failed = (name: string, detail: string, reason: RefusalReason): DiagnosisStep => ({
  name,
  ok: false,
  detail,
  advice: advice[reason],
});

async function* examine(
  endpoint: Endpoint,
  { credentials, topics }: DiagnosisTarget,
  signal: AbortSignal,
): AsyncGenerator<DiagnosisStep> {
  const { address, host } = endpoint;
  const targets = await resolveTargets(endpoint, signal);
  const [target] = targets;
  if (!target) {
    yield failed("Name", `${host} does not resolve on this machine.`, "host");
    return;
  }
  yield passed("Name", `${host} is ${targets.map((each) => each.host).join(", ")}.`);

  const sight = await probe(target, signal);
  if (sight.kind === "refused") {
    yield failed("TCP", `Nobody listens on ${address}.`, "port");
    return;
  }
  if (sight.kind === "unreachable") {
    yield failed("TCP", `${address} cannot be reached (${sight.code}).`, "silent");
    return;
  }
  yield passed("TCP", `${address} accepts connections.`);

  const withPassword = Boolean(credentials?.username);
  const reason = reasonOf(sight, withPassword);
  if (sight.kind !== "zeromq") {
    yield failed("Greeting", unexpected(sight), reason);
    return;
  }
  yield passed("Greeting", "A ZeroMQ server answers.");

  const wants = `The server wants ${mechanisms.get(sight.mechanism) ?? (sight.mechanism || "something unknown")}`;
  if (reason !== "silent") {
    yield failed("Mechanism", `${wants}; ${withPassword ? "one" : "none"} was given.`, reason);
    return;
  }
  yield passed("Mechanism", `${wants}.`);

  const heard = new EventEmitter();
  const seen = new Set<string>();
  const link = new Link({
    target,
    credentials: withPassword ? credentials : undefined,
    topics: [],
    handshakeMs: HANDSHAKE_MS,
    onHandshake: () => heard.emit("handshake"),
    inlet: inletOf((topic) => {
      if (seen.size < SHOWN_TOPICS) seen.add(visible(cutText(topic, 64)));
      if (topics.length === 0 || topics.includes(topic)) heard.emit("wanted");
    }),
    onMessages: () => undefined,
  });
  try {
    const shaken = once(heard, "handshake").then(() => "shaken");
    const wanted = once(heard, "wanted").then(() => "wanted");
    const ended = Promise.race([link.run(), once(signal, "abort").then(() => "closed")]);
    const answer = await Promise.race([shaken, ended]);
    if (answer === "auth") {
      yield failed("Credentials", "The server refused user name and password.", "auth");
      return;
    }
    if (answer !== "shaken") {
      yield failed("Credentials", "The server did not finish the handshake.", "silent");
      return;
    }
    yield passed("Credentials", withPassword ? "The server accepted user name and password." : "None are needed.");
    yield passed("Subscription", "Subscribed to every topic, chosen or not.");
    const late = delay(LISTEN_MS, "late", { signal, ref: false }).catch(() => "closed");
    yield firstMessage(await Promise.race([wanted, ended, late]), [...seen]);
  } finally {
    await link.close(0);
  }
  yield passed("MISP settings", settings);
}

/** Keeps of each message no more than its topic. */
function inletOf(heard: (topic: string) => void): Inlet {
  const hear = (head: Uint8Array): void => heard(readMessage(head).topic);
  return {
    take: ([frame = new Uint8Array()]) => hear(frame),
    slot: () => {
      let head = Buffer.alloc(0);
      return {
        add: (piece) => {
          if (head.length < HEAD_BYTES) head = Buffer.concat([head, piece]);
        },
        end: () => hear(head),
        leave: () => undefined,
      };
    },
  };
}

function firstMessage(how: string, seen: readonly string[]): DiagnosisStep {
  const name = "First message";
  if (how === "wanted") return passed(name, `Came: ${seen.join(", ")}.`);
  if (how !== "late") return failed(name, "The server closed the connection.", "silent");
  if (seen.length === 0)
    return { name, ok: false, detail: "None came within 12 s, no heartbeat either.", advice: quiet };
  return {
    name,
    ok: false,
    detail: `None of the chosen topics came within 12 s. Came: ${seen.join(", ")}.`,
    advice: "Choose one of these topics, or switch on the chosen ones in MISP's settings.",
  };
}

const mechanisms: ReadonlyMap<string, string> = new Map([
  ["NULL", "no password"],
  ["PLAIN", "a user name and password"],
]);

function unexpected(sight: Exclude<Sight, { kind: "zeromq" }>): string {
  if (sight.kind === "old") return "A ZeroMQ of before version 4.0 answers.";
  if (sight.kind === "other") return `Something that is not ZeroMQ answers: ${visible(sight.said)}`;
  return sight.kind === "closed" ? "The connection was closed without a greeting." : "No greeting came within 3 s.";
}
