import assert from "node:assert/strict";
import fc from "fast-check";
import { parseFilter, type Sight } from "../../src/core/filter/filter";
import { readMessage } from "../../src/core/message";
import { Digest } from "../../src/core/summary";
import { Capture } from "../../src/engine/capture";
import { Matches } from "../../src/engine/matches";
import { candidate } from "../support/candidate";
import { batchOf, inDirectory } from "../unit/engine/batches";

/** Letters with odd cases, what JSON escapes, and what it is made of. */
const unit = fc.constantFrom(
  ...["k", "K", "\u212a", "i", "I", "İ", "ı", "s", "ſ", "é", "É", "σ", "ς", "Σ", "ß", "ẞ", "💋", "\ufffd", "\u0307"],
  ...["a", "b", "1", ".", "/", '"', "\\", "n", "u", " ", ",", ":", "-", "\n", "\ud83d", "\udc8b"],
);
const word = fc.string({ unit, minLength: 1, maxLength: 5 });
const text = fc.oneof(
  word,
  fc.constantFrom("password", "authkey", "network activity", "x", "1"),
  fc.string({ unit, maxLength: 12 }),
);

/** A string of JSON, each of whose characters is written in one of the ways there are. */
const written = (value: string, ways: readonly number[]): string =>
  `"${[...value]
    .map((character, place) => {
      const way = (ways[place % ways.length] ?? 0) % 4;
      const escaped = [...Array(character.length).keys()].map(
        (at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
      );
      if (way === 1 || /\p{Cs}/u.test(character)) return escaped.join("");
      if (way === 2) return escaped.join("").toUpperCase().replaceAll("\\U", "\\u");
      return way === 3 && character === "/" ? "\\/" : JSON.stringify(character).slice(1, -1);
    })
    .join("")}"`;
const ways = fc.array(fc.nat(3), { minLength: 1, maxLength: 4 });
const string = fc
  .oneof(fc.tuple(text, ways), fc.tuple(text, fc.constant([0])))
  .map(([value, how]) => written(value, how));
/** Some that filters name, as they may be written, and one whose end looks like one of them. */
const name = fc.constantFrom(
  ...[
    '"a"',
    '"\\u0061"',
    '"x\\"a"',
    '"Attribute"',
    '"value"',
    '"v\\u0061lue"',
    '"type"',
    '"password"',
    '"pass\\u0057ord"',
  ],
);
const json = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    string,
    fc.constantFrom("null", "true", "1", "-1.5e3", "[]", "{}"),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => `[${items.join(", ")}]`),
    fc
      .array(fc.tuple(fc.oneof(string, { weight: 2, arbitrary: name }), fc.constantFrom(":", " : "), tie("value")), {
        maxLength: 4,
      })
      .map((members) => `{${members.map((parts) => parts.join("")).join(",")}}`),
  ),
})).value;
/** Much of what a path or a name asks for, repeated or not. */
const members = fc
  .array(
    fc.tuple(
      name,
      fc.constantFrom(":", " : "),
      fc.constantFrom('"k"', '"1|k"', "1", "null", "true", '["k"]', '[0,{"a":1}]'),
    ),
    {
      maxLength: 3,
    },
  )
  .map((list) => `{${list.map((parts) => parts.join("")).join(",")}}`)
  .chain((list) => fc.constantFrom(list, `{"Attribute":${list}}`, `{"Attribute":[1,${list}]}`));
const uuids = ["aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"] as const;
const uuid = fc.constantFrom(...uuids.map((each) => `"${each}"`), `"${uuids[0].toUpperCase()}"`, '"k"', "null", "1");
/** What the index keeps in columns, and uuids of which it knows nothing. */
const columned = fc
  .tuple(
    fc.constantFrom("misp_json_attribute", "misp_json_object", "misp_json_sighting", "misp_json", "t"),
    fc.constantFrom("Attribute", "Object", "Sighting", "Event", "Org"),
    fc.array(
      fc.oneof(
        uuid.map((each) => `"uuid":${each}`),
        uuid.map((each) => `"u\\u0075id":${each}`),
        uuid.map((each) => `"extends_uuid":${each}`),
        uuid.map((each) => `"Attribute":[{"uuid":${each}}]`),
        uuid.map((each) => `"Org":{"uuid":${each}}`),
        fc.constantFrom('"type":"k"', '"type":"md5"', '"id":1', '"id":"2"'),
      ),
      { maxLength: 3 },
    ),
    fc.constantFrom("", ',"action":"add"', ',"action":"edit"', ',"action":null', ',"Event":{"id":"1","uuid":"k"}'),
  )
  .map(([topic, thing, list, more]) => Buffer.from(`${topic} {"${thing}":{${list.join(",")}}${more}}`));
const free = fc
  .tuple(
    fc.oneof(fc.constantFrom("misp_json_attribute", "misp_json", "t", ""), word),
    fc.oneof(
      { weight: 6, arbitrary: json.map((payload) => Buffer.from(payload)) },
      { weight: 4, arbitrary: members.map((payload) => Buffer.from(payload)) },
      { weight: 1, arbitrary: text.map((payload) => Buffer.from(payload)) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 12 }) },
    ),
  )
  .map(([topic, payload]) => Buffer.concat([Buffer.from(`${topic} `), payload]));
const frame = fc.oneof(free, columned);

const quoted = (value: string): string => `"${value.replace(/[\\"]/g, "\\$&")}"`;
const regex = word.map((value) => `/${value.replace(/[\\/"[\](){}|^$.*+?\n]/g, "\\$&").replaceAll("\\\n", "\\n")}/`);
const term = fc.oneof(
  text.filter((value) => value !== "").map(quoted),
  fc
    .tuple(fc.constantFrom(".a:", "Attribute.value:", "value:", "topic:", "uuid:", "type:"), text)
    .map((parts) => parts[0] + quoted(parts[1])),
  word.map((value) => `.a:${value.replace(/[\s()"]/g, "?").replace(/^[/><-]/, "?")}*`),
  regex,
  regex.map((source) => `${source}i`),
  regex.map((source) => `${source}iu`),
  regex.map((source) => `.a:${source.slice(0, -1)}?/s`),
  fc.constantFrom("has:json", "topic:t", "/[k-s]b?/i", "/^a|i$/", "size:<30", "has:attribute"),
  fc.constantFrom(
    ".a:>0",
    ".a:*",
    ".a:null",
    ".a:true",
    ".a:/^.?$/",
    "a.a:>0",
    ".a:k",
    "k",
    "value:k",
    "value:/^[1k]$/",
    "Attribute.value:/^[^k]/",
    "type:*",
    ".a:1",
    ".a:kk",
    "Attribute.value:1|k",
    "Attribute.a:1",
    "received:<1970-01-01T00:00:00.010Z",
  ),
);
/** What is told by columns, alone and together. */
const columnTerm = fc.oneof(
  fc.constantFrom("topic:t", "topic:attribute", "topic:misp*", "topic:/^.$/", "action:add", "action:e*", "type:k"),
  fc.constantFrom("type:*", "uuid:k", "uuid:null", "uuid:aaaaaaaa-*", "event:1", "action:*"),
  fc.constantFrom(...uuids, uuids[0].toUpperCase()).map((each) => `uuid:${each}`),
);
const filterText = fc.oneof(
  term,
  columnTerm,
  columnTerm.map((only) => `NOT ${only}`),
  fc.tuple(columnTerm, fc.constantFrom(" AND ", " OR ", " AND NOT "), columnTerm).map((parts) => parts.join("")),
  fc.tuple(columnTerm, term).map((parts) => parts.join(" ")),
  fc.tuple(columnTerm, columnTerm).map(([a, b]) => `NOT (${a} OR ${b})`),
  term.map((only) => `NOT ${only}`),
  fc.tuple(term, term, term).map(([a, b, c]) => `(${a} OR ${b}) AND NOT (${b} ${c})`),
  fc.tuple(term, fc.constantFrom(" AND ", " OR ", " AND NOT "), term).map((parts) => parts.join("")),
);

function alone(bytes: Uint8Array, receivedAt: number) {
  const { facets, payloadStart, isJson } = new Digest(bytes, 0);
  const { topic } = readMessage(bytes);
  const payload = bytes.subarray(payloadStart);
  const { action, uuid, eventId, type, malformed } = facets;
  const index = {
    action,
    uuid,
    eventId,
    type,
    malformed: malformed !== undefined,
    isJson,
    receivedAt,
    size: bytes.length,
  };
  // Nothing is known of it from its bytes: only reading it tells.
  return { ...candidate("", payload, index), topic, find: (): Sight => "disguised" };
}

describe("A sweep", () => {
  it("finds what each message alone says, whatever its bytes and however it is cut", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(frame, { minLength: 1, maxLength: 30 }),
        fc.array(filterText, { minLength: 1, maxLength: 5 }),
        fc.nat(400),
        (frames, texts, room) =>
          inDirectory(async (directory) => {
            // Little room: the oldest are evicted while a filter is on its way.
            const maxBytes = 200 << 10;
            const capture = await Capture.open({ id: "one", directory, maxBytes, alone: false, now: () => 0 });
            const filler = Buffer.alloc(60 << 10, "filler ");
            const messages = frames.flatMap((each, at) => (at % 5 === room % 5 ? [each, filler] : [each]));
            const sent = messages.map((bytes, at) => ({ parts: [bytes], receivedAt: at }));
            const middle = Math.floor(sent.length / 2);
            capture.append(batchOf(sent.slice(0, middle)));
            for (const filterText of texts) {
              const filter = parseFilter(filterText, 0);
              if (!("matches" in filter)) continue;
              const matches = new Matches(filter, capture);
              matches.advance(0);
              if (middle < sent.length && capture.index.end <= middle) capture.append(batchOf(sent.slice(middle)));
              while (!matches.advance(0));
              matches.dropBefore(capture.index.first);
              const expected: number[] = [];
              for (let seq = capture.index.first; seq < capture.index.end; seq++) {
                const bytes = messages[seq - 1];
                // On a machine that stands still a regex may be stopped in any message.
                const isLeft = matches.unfinished.at(matches.unfinished.before(seq)) === seq;
                if (bytes && !isLeft && filter.matches(alone(bytes, seq - 1))) expected.push(seq);
              }
              const found = Array.from({ length: matches.all.length }, (_, place) => matches.all.at(place));
              assert.deepEqual(found, expected, filterText);
            }
            capture.close();
          }),
      ),
      { numRuns: 150 },
    ));
});
