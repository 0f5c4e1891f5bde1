/**
 * MISP-like messages of about a given size, the same on every run. Where a message's number belongs stand twelve zeros:
 * in its UUID and its value, so that no two that are sent are alike.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Random } from "../../src/core/simulate/random";

export const NUMBER = "000000000000";

/** The value kinds; in each the number makes it unlike any other. */
const values: Readonly<Record<string, (random: Random) => string>> = {
  domain: (random) => `${random.hex(6)}-${NUMBER}.example.net`,
  hostname: (random) => `${random.hex(4)}.cdn-${NUMBER}.example.org`,
  url: (random) => `https://${random.hex(8)}.example.com/a/${NUMBER}?c=${random.between(1, 99)}`,
  md5: (random) => random.hex(20) + NUMBER,
  sha1: (random) => random.hex(28) + NUMBER,
  sha256: (random) => random.hex(52) + NUMBER,
  "filename|sha256": (random) => `invoice_${NUMBER}.exe|${random.hex(64)}`,
  "email-src": (random) => `user.${random.hex(6)}.${NUMBER}@example.com`,
};
const types = Object.keys(values);
const actions = ["add", "edit", "edit", "soft-delete"] as const;

function attribute(random: Random, type: string, comment: string, numbered: boolean): object {
  const value = (values[type]?.(random) ?? "").replace(NUMBER, (zeros) => (numbered ? zeros : random.hex(12)));
  return {
    id: String(random.between(100_000, 900_000)),
    type,
    category: "Network activity",
    to_ids: random.chance(0.5),
    uuid: random.uuid().slice(0, 24) + (numbered ? NUMBER : random.hex(12)),
    event_id: "3508",
    distribution: "5",
    timestamp: String(1_700_000_000 + random.between(0, 9_999_999)),
    comment,
    sharing_group_id: "0",
    deleted: false,
    disable_correlation: false,
    object_id: String(random.between(0, 9)),
    object_relation: null,
    first_seen: null,
    last_seen: null,
    value,
  };
}

/** `misp_json_attribute` with a comment that fills it up to `bytes`; every fourth is not ASCII. */
function attributeFrame(random: Random, index: number, bytes: number): Buffer {
  const type = types[index % types.length] ?? "";
  const event = {
    id: String(random.between(3_000, 3_040)),
    info: index % 4 === 0 ? "Phishing – Welle 3" : "Phishing wave",
  };
  const message = (comment: string): string =>
    JSON.stringify({
      Attribute: attribute(random, type, comment, true),
      Event: { ...event, orgc_id: "1", distribution: "3" },
      action: actions[random.between(0, actions.length - 1)],
    });
  const frame = Buffer.from(`misp_json_attribute ${message("@")}`);
  return Buffer.from(
    frame.toString().replace('"@"', `"${"seen by a sensor; ".repeat(40).slice(0, Math.max(0, bytes - frame.length))}"`),
  );
}

const tag = { id: "1", name: "tlp:amber", colour: "#ffc000", exportable: true, hide_tag: false, local: 0 };
const organisation = (random: Random): object => ({ id: "1", name: "CERT.example", uuid: random.uuid(), local: true });

/** `misp_json`: an event with attributes until it has about so many bytes. */
function eventFrame(random: Random, bytes: number): Buffer {
  const some = Math.max(1, Math.round((bytes - 900) / 480));
  const list = Array.from({ length: some }, (_, at) => ({
    ...attribute(random, types[at % types.length] ?? "", at % 16 === 0 ? "für die Analyse" : "", at === 0),
    Galaxy: [],
    ShadowAttribute: [],
  }));
  return Buffer.from(`misp_json ${JSON.stringify(event(random, { Attribute: list, Object: [] }))}`);
}

function event(random: Random, content: object): object {
  return {
    Event: {
      id: "3508",
      orgc_id: "1",
      org_id: "1",
      date: "2026-11-24",
      threat_level_id: "2",
      info: "Phishing campaign against institutions – wave 3",
      published: true,
      uuid: random.uuid().slice(0, 24) + NUMBER,
      analysis: "1",
      timestamp: "1700000000",
      distribution: "3",
      publish_timestamp: "1700000100",
      Org: organisation(random),
      Orgc: organisation(random),
      ...content,
      Tag: [tag],
    },
  };
}

const OBJECT_ATTRIBUTES = 12;

/** An event of about `bytes` bytes with `children` attributes of its own, the rest of it in objects. */
export function largeEvent(bytes: number, children: number): Buffer {
  const random = new Random(60);
  const attributes = Array.from({ length: children }, (_, at) =>
    attribute(random, types[at % types.length] ?? "", "", false),
  );
  const left = bytes - Buffer.byteLength(JSON.stringify(attributes));
  const object = (): object => ({
    id: String(random.between(1, 99_999)),
    name: "file",
    "meta-category": "file",
    uuid: random.uuid(),
    Attribute: Array.from({ length: OBJECT_ATTRIBUTES }, (_, at) =>
      attribute(random, types[at % types.length] ?? "", "", false),
    ),
  });
  const many = Math.max(0, Math.round(left / Buffer.byteLength(JSON.stringify(object()))));
  const objects = Array.from({ length: many }, object);
  return Buffer.from(`misp_json ${JSON.stringify(event(random, { Attribute: attributes, Object: objects }))}`);
}

export const sizes = ["600 B", "3 KB", "100 KB", "5 MB"] as const;
export type Size = (typeof sizes)[number];

const make: Readonly<Record<Size, () => Buffer[]>> = {
  "600 B": () => {
    const random = new Random(600);
    return Array.from({ length: 32 }, (_, index) => attributeFrame(random, index, 640));
  },
  "3 KB": () => eventFrames(3_000, 16),
  "100 KB": () => eventFrames(100_000, 8),
  "5 MB": () => eventFrames(5_000_000, 3),
};

function eventFrames(bytes: number, kinds: number): Buffer[] {
  const random = new Random(bytes);
  return Array.from({ length: kinds }, () => eventFrame(random, bytes));
}

export const framesOf = (size: Size): Buffer[] => make[size]();

/** Writes the payloads of each size into `folder`; the paths by size. */
export function writePayloads(folder: string): Record<Size, string[]> {
  mkdirSync(folder, { recursive: true });
  const write = (size: Size): string[] =>
    framesOf(size).map((frame, index) => {
      const file = path.join(folder, `${size.replace(" ", "")}-${index}`);
      writeFileSync(file, frame);
      return file;
    });
  return { "600 B": write("600 B"), "3 KB": write("3 KB"), "100 KB": write("100 KB"), "5 MB": write("5 MB") };
}
