import assert from "node:assert/strict";
import fc from "fast-check";
import { Framer } from "../../src/feed/zmtp/framer";
import { GREETING_BYTES, ProtocolError, flag, greeting } from "../../src/feed/zmtp/wire";

interface Frame {
  readonly flags: number;
  readonly body: Buffer;
}

/** As a publisher may write it; a short body may have a long head too. */
function wire({ flags, body }: Frame, long: boolean): Buffer {
  if (!long && body.length < 256) return Buffer.concat([Buffer.of(flags, body.length), body]);
  const head = Buffer.alloc(9);
  head[0] = flags | flag.long;
  head.writeBigUInt64BE(BigInt(body.length), 1);
  return Buffer.concat([head, body]);
}

/** What a framer says, written down; bytes are copied, since they are only lent. */
class Written {
  greeting: Buffer | undefined;
  readonly frames: Frame[] = [];
  readonly framer = new Framer({
    greeting: (bytes) => (this.greeting = Buffer.from(bytes)),
    command: (body) => this.frames.push({ flags: flag.command, body: Buffer.from(body) }),
    part: (body, more) => this.frames.push({ flags: more ? flag.more : 0, body: Buffer.from(body) }),
    largePart: (bytes, more) => {
      const pieces: Buffer[] = [];
      return {
        add: (piece) => pieces.push(Buffer.from(piece)),
        end: () => {
          const body = Buffer.concat(pieces);
          assert.equal(body.length, bytes);
          this.frames.push({ flags: more ? flag.more : 0, body });
        },
      };
    },
  });

  /** Hands on bytes as a socket does, at most `most` at a time. */
  feed(bytes: Buffer, most: number): void {
    for (let at = 0; at < bytes.length;) {
      const { space } = this.framer;
      const count = Math.min(space.length, most, bytes.length - at);
      assert.ok(count > 0, "there is always room for more");
      space.set(bytes.subarray(at, at + count));
      this.framer.wrote(count);
      at += count;
    }
  }
}

const size = fc.oneof(
  { weight: 8, arbitrary: fc.nat(700) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 254, 255, 256, 32_767, 32_768, 32_769, 65_535, 65_536, 200_000) },
);
const frame: fc.Arbitrary<{ frame: Frame; long: boolean }> = fc
  .tuple(size, fc.nat(255), fc.constantFrom(0, 0, 0, flag.more, flag.command), fc.boolean())
  .map(([bytes, fill, flags, long]) => ({
    frame: { flags: bytes > 32_768 && flags === flag.command ? 0 : flags, body: Buffer.alloc(bytes, fill) },
    long,
  }));

describe("ZMTP's frames", () => {
  it("come out as they went in, however they are cut", () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 30 }), fc.constantFrom(1, 7, 63, 1_000, 50_000, 1e9), (frames, most) => {
        const written = new Written();
        const total = frames.reduce((sum, each) => sum + each.frame.body.length, 0);
        const bytes = Buffer.concat([greeting("NULL"), ...frames.map((each) => wire(each.frame, each.long))]);
        written.feed(bytes, total > 20_000 ? Math.max(most, 500) : most);
        assert.deepEqual(written.greeting, greeting("NULL"));
        assert.deepEqual(
          written.frames,
          frames.map((each) => each.frame),
        );
      }),
    );
  });

  it("are taken, waited for or refused, whatever comes instead", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (noise, greeted) => {
        const written = new Written();
        try {
          written.feed(Buffer.concat([greeted ? greeting("NULL") : Buffer.alloc(0), noise]), 100);
        } catch (error) {
          assert.ok(error instanceof ProtocolError);
        }
      }),
    );
  });

  it("of more bytes than there are numbers need no memory before they come", () => {
    const written = new Written();
    written.feed(
      Buffer.concat([greeting("NULL"), Buffer.of(flag.long, ...Buffer.alloc(8, 0xff)), Buffer.alloc(1e6)]),
      1e9,
    );
    assert.deepEqual(written.frames, []);
  });

  it("are refused where what answers is not ZeroMQ, or ZeroMQ of before version 4, before a greeting is whole", () => {
    for (const first of [Buffer.from("HTTP/1.1"), Buffer.of(0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 1)]) {
      assert.ok(first.length < GREETING_BYTES);
      assert.throws(() => new Written().feed(first, 100), ProtocolError);
    }
  });
});
