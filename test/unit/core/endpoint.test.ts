import assert from "node:assert/strict";
import { parseEndpoint, parsePublisherEndpoint, type Endpoint } from "../../../src/core/endpoint";

function accepted(result: Endpoint | Error): Endpoint {
  if (result instanceof Error) throw result;
  return result;
}

describe("parseEndpoint", () => {
  const good: readonly (readonly [text: string, expected: Partial<Endpoint>])[] = [
    ["tcp://127.0.0.1:50000", { host: "127.0.0.1", port: 50_000, address: "127.0.0.1:50000", loopback: true }],
    ["127.0.0.1:1", { text: "tcp://127.0.0.1:1", port: 1 }],
    ["  TCP://MISP.Example:65535\n", { text: "tcp://misp.example:65535", host: "misp.example", loopback: false }],
    ["localhost:050000", { text: "tcp://localhost:50000", loopback: true }],
    ["tcp://127.255.255.254:5", { loopback: true }],
    ["tcp://128.0.0.1:5", { loopback: false }],
    ["tcp://localhost.example:5", { loopback: false }],
    ["tcp://my_misp-1.corp.:5", { host: "my_misp-1.corp." }],
    ["tcp://3com.example:5", { host: "3com.example" }],
    ["tcp://[::1]:50000", { host: "::1", text: "tcp://[::1]:50000", address: "[::1]:50000", loopback: true }],
    ["tcp://[0:0:0:0:0:0:0:1]:5", { loopback: true }],
    ["tcp://[::ffff:127.0.0.1]:5", { loopback: true }],
    ["tcp://[::ffff:10.0.0.1]:5", { loopback: false }],
    ["[FE80::1%eth0]:5", { host: "fe80::1%eth0", text: "tcp://[fe80::1%eth0]:5", loopback: false }],
    ["tcp://[2001:db8::]:5", { host: "2001:db8::" }],
    ["tcp://[1:2:3:4:5:6:7:8]:5", { host: "1:2:3:4:5:6:7:8" }],
    [`tcp://${"a".repeat(63)}.example:5`, { port: 5 }],
  ];
  for (const [text, expected] of good) {
    it(`reads ${JSON.stringify(text)}`, () => {
      const endpoint = accepted(parseEndpoint(text));
      assert.deepEqual({ ...endpoint, ...expected }, endpoint);
      assert.deepEqual(parseEndpoint(endpoint.text), endpoint, "the normalised text reads back the same");
    });
  }

  const bad: readonly (readonly [text: string, sentence: RegExp])[] = [
    ["", /Enter an address/],
    ["http://127.0.0.1:80", /over tcp, not http/],
    ["ipc:///run/misp.sock", /over tcp, not ipc/],
    ["tcp://", /port is missing/],
    ["tcp://127.0.0.1", /port is missing/],
    ["tcp://127.0.0.1:", /port is missing/],
    ["tcp://[::1]", /port is missing/],
    ["tcp://:50000", /host is missing/],
    ["tcp://127.0.0.1:0", /from 1 to 65535/],
    ["tcp://127.0.0.1:65536", /from 1 to 65535/],
    ["tcp://127.0.0.1:99999", /from 1 to 65535/],
    ["tcp://127.0.0.1:5e3", /from 1 to 65535/],
    ["tcp://127.0.0.1:-1", /from 1 to 65535/],
    ["tcp://127.0.0.1:*", /from 1 to 65535/],
    ["tcp://127.0.0.256:5", /four numbers/],
    ["tcp://127.0.1:5", /four numbers/],
    ["tcp://0127.0.0.1:5", /four numbers/],
    ["tcp://1.2.3.4.5:5", /four numbers/],
    ["tcp://*:5", /host name may hold/],
    ["tcp://-a.example:5", /host name may hold/],
    ["tcp://a-.example:5", /host name may hold/],
    ["tcp://a..example:5", /host name may hold/],
    ["tcp://misp.123:5", /host name may hold/],
    ["tcp://müsp.example:5", /host name may hold/],
    [`tcp://${"a".repeat(64)}.example:5`, /host name may hold/],
    [`tcp://${"a.".repeat(130)}example:5`, /host name may hold/],
    ["tcp://user:secret@misp.example:5", /does not belong in the address/],
    ["tcp://misp.example:5/path", /Nothing may follow the port/],
    ["tcp://misp.example:5?a=b", /Nothing may follow the port/],
    ["tcp://misp.example:5#a", /Nothing may follow the port/],
    ["tcp://misp .example:5", /white space/],
    ["tcp://127.0.0.1:50000\nx", /white space/],
    ["tcp://::1:50000", /in brackets/],
    ["tcp://[::1::]:5", /not an IPv6 address/],
    ["tcp://[1:2:3]:5", /not an IPv6 address/],
    ["tcp://[1:2:3:4:5:6:7:8:9]:5", /not an IPv6 address/],
    ["tcp://[1::2:3:4:5:6:7:8]:5", /not an IPv6 address/],
    ["tcp://[12345::]:5", /not an IPv6 address/],
    ["tcp://[::1%]:5", /not an IPv6 address/],
    ["tcp://[127.0.0.1]:5", /not an IPv6 address/],
  ];
  for (const [text, sentence] of bad) {
    it(`refuses ${JSON.stringify(text.slice(0, 60))}`, () => {
      const result = parseEndpoint(text);
      assert.ok(result instanceof Error);
      assert.match(result.message, sentence);
      assert.doesNotMatch(result.message, /secret/);
    });
  }
});

describe("parsePublisherEndpoint", () => {
  it("takes any free port of a loopback address", () => {
    const endpoint = accepted(parsePublisherEndpoint("tcp://127.0.0.1:*"));
    assert.equal(endpoint.text, "tcp://127.0.0.1:*");
    assert.equal(endpoint.port, 0);
    assert.equal(accepted(parsePublisherEndpoint("[::1]:7")).text, "tcp://[::1]:7");
  });

  it("binds a number where a name was given, because ZeroMQ binds no names", () => {
    assert.equal(accepted(parsePublisherEndpoint("localhost:7")).text, "tcp://127.0.0.1:7");
  });

  for (const text of ["tcp://0.0.0.0:5", "tcp://10.0.0.1:*", "tcp://misp.example:5", "tcp://[::]:5"]) {
    it(`refuses ${text}, which others could reach`, () => {
      const result = parsePublisherEndpoint(text);
      assert.ok(result instanceof Error);
      assert.match(result.message, /this machine only/);
    });
  }
});
