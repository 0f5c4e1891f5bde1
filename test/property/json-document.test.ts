import assert from "node:assert/strict";
import fc from "fast-check";
import { JsonDocument } from "../../src/core/json/document";
import { JsonNodes } from "../../src/core/json/nodes";
import { inOneGo } from "../../src/core/pieces";

/** A document as a naive tree of objects. */
interface Twig {
  node: number;
  name: string | number | undefined;
  value: unknown;
  path: string;
  open: boolean;
  twigs: Twig[];
}

function grow(value: unknown): Twig[] {
  const all: Twig[] = [];
  const add = (own: unknown, name: string | number | undefined, path: string, depth: number): Twig => {
    const twig: Twig = { node: all.length, name, value: own, path, open: depth < 2, twigs: [] };
    all.push(twig);
    if (Array.isArray(own)) twig.twigs = own.map((element, i) => add(element, i, `${path}[${i}]`, depth + 1));
    else if (typeof own === "object" && own !== null) {
      twig.twigs = Object.entries(own).map(([key, member]) =>
        add(member, key, /^[A-Za-z_]\w*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`, depth + 1),
      );
    }
    return twig;
  };
  add(value, undefined, "", 0);
  return all;
}

function shown(root: Twig | undefined): Twig[] {
  const below = (twig: Twig): Twig[] => [twig, ...(twig.open ? twig.twigs.flatMap(below) : [])];
  if (!root) return [];
  return root.twigs.length === 0 ? [root] : root.twigs.flatMap(below);
}

function within(twig: Twig): Twig[] {
  return [twig, ...twig.twigs.flatMap(within)];
}

/** Some with more scalars in a row than are kept track of one by one. */
const json = fc.oneof(
  fc.jsonValue({ maxDepth: 5 }),
  fc.array(fc.oneof({ weight: 60, arbitrary: fc.nat(99) }, fc.jsonValue({ maxDepth: 2 })), {
    minLength: 100,
    maxLength: 300,
  }),
  fc.dictionary(fc.string(), fc.oneof({ weight: 40, arbitrary: fc.nat(9) }, fc.jsonValue({ maxDepth: 2 })), {
    minKeys: 60,
    maxKeys: 150,
  }),
);

/** The document, read some bytes at a time. */
function documentOf(value: unknown, bytesAtATime: number): JsonDocument {
  const bytes = Buffer.from(JSON.stringify(value));
  const nodes = new JsonNodes(bytes, 0, bytes.length);
  while (!nodes.read(bytesAtATime)) assert.ok(nodes.done < bytes.length);
  return new JsonDocument(bytes, nodes);
}

const act = fc.oneof(
  fc.record({ kind: fc.constant("toggle" as const), at: fc.nat(), open: fc.boolean(), deep: fc.boolean() }),
  fc.record({ kind: fc.constant("reveal" as const), at: fc.nat() }),
);

describe("JsonDocument, against a naive tree", () => {
  it("shows the same rows after any opening, closing and revealing", () => {
    fc.assert(
      fc.property(json, fc.array(act, { maxLength: 6 }), fc.integer({ min: 1, max: 500 }), (value, acts, bytes) => {
        const document = documentOf(value, bytes);
        const all = grow(JSON.parse(JSON.stringify(value)));
        assert.equal(document.values, all.length);
        for (const done of acts) {
          const twig = all[done.at % all.length];
          assert.ok(twig);
          if (done.kind === "toggle") {
            document.toggle(twig.node, done.open, done.deep);
            for (const each of done.deep ? within(twig) : [twig]) each.open = done.open;
          } else {
            const row = document.reveal(twig.node);
            for (const each of all) if (each !== twig && within(each).includes(twig)) each.open = true;
            assert.equal(row, Math.max(0, shown(all[0]).indexOf(twig)));
          }
        }
        const rows = document.rows(0, document.rowCount);
        assert.deepEqual(
          rows.map((row) => [row.node, row.key ?? row.index, row.children]),
          shown(all[0]).map((twig) => [twig.node, twig.name, twig.twigs.length]),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("tells the same paths, values and matches", () => {
    fc.assert(
      fc.property(json, fc.string({ minLength: 1, maxLength: 2 }), (value, text) => {
        const document = documentOf(value, Infinity);
        const all = grow(JSON.parse(JSON.stringify(value)));
        for (const twig of all) {
          assert.equal(document.path(twig.node), twig.path.replace(/^\./, ""));
          assert.equal(document.source(twig.node), JSON.stringify(twig.value));
          if (typeof twig.value === "string") assert.equal(document.value(twig.node), twig.value);
        }
        const matching = all.filter((twig) => {
          const scalar = typeof twig.value === "string" ? twig.value : JSON.stringify(twig.value);
          const own = typeof twig.value === "object" && twig.value !== null ? "" : scalar;
          return own.includes(text) || (typeof twig.name === "string" && twig.name.includes(text));
        });
        const found = inOneGo(document.search({ text, matchCase: true, limit: 3 }));
        assert.equal(found.total, matching.length);
        assert.deepEqual(
          found.nodes,
          matching.slice(0, 3).map((twig) => twig.node),
        );
      }),
      { numRuns: 300 },
    );
  });
});
