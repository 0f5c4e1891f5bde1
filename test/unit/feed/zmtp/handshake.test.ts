import assert from "node:assert/strict";
import { Handshake, Refused } from "../../../../src/feed/zmtp/handshake";
import { ProtocolError, greeting, ready } from "../../../../src/feed/zmtp/wire";

const credentials = { username: "misp", password: "secret" };
const command = (name: string, data = ""): Buffer => Buffer.from(`${String.fromCharCode(name.length)}${name}${data}`);

function greeted(mechanism: string, minor: number, given?: typeof credentials): Handshake {
  const theirs = greeting(mechanism);
  theirs[11] = minor;
  const handshake = new Handshake(given);
  handshake.greeted(theirs);
  return handshake;
}

describe("the handshake of a subscriber", () => {
  it("with NULL is a greeting and READY from both sides", () => {
    const handshake = new Handshake(undefined);
    assert.deepEqual(handshake.greeting, greeting("NULL"));
    assert.deepEqual(handshake.greeted(greeting("NULL")), ready);
    assert.deepEqual(ready, Buffer.concat([Buffer.of(4, 25), command("READY", "\x0bSocket-Type\0\0\0\x03SUB")]));
    assert.equal(handshake.commanded(command("READY")), undefined);
  });

  it("with PLAIN tells user name and password once the publisher greeted, and waits to be welcome", () => {
    const handshake = new Handshake(credentials);
    assert.deepEqual(handshake.greeting, greeting("PLAIN"));
    const hello = handshake.greeted(greeting("PLAIN"));
    assert.deepEqual(hello, Buffer.concat([Buffer.of(4, 18), command("HELLO", "\x04misp\x06secret")]));
    const initiate = handshake.commanded(command("WELCOME"));
    assert.match(String(initiate), /INITIATE/);
    assert.equal(handshake.commanded(command("READY")), undefined);
  });

  it("never tells a password to a publisher that wants none, or something else", () => {
    for (const mechanism of ["NULL", "CURVE", ""])
      assert.throws(() => new Handshake(credentials).greeted(greeting(mechanism)), ProtocolError);
  });

  for (const [what, wrong] of [
    ["no password", { username: "misp", password: "" }],
    ["a password of 256 bytes", { username: "misp", password: "ä".repeat(128) }],
    ["a user name of 256 bytes", { username: "m".repeat(256), password: "secret" }],
  ] as const)
    it(`takes ${what} for refused, which PLAIN cannot carry`, () => {
      assert.throws(() => new Handshake(wrong).greeted(greeting("PLAIN")), Refused);
    });

  it("ends where the publisher wants a password and none is given", () => {
    assert.throws(() => new Handshake(undefined).greeted(greeting("PLAIN")), ProtocolError);
  });

  for (const [how, body] of [
    ["as the protocol says", command("ERROR", "\x03400")],
    ["as libzmq 4.3 spells it", Buffer.from("^RROR\x03400")],
  ] as const)
    it(`knows refused credentials, ${how}`, () => {
      assert.throws(() => greeted("PLAIN", 0, credentials).commanded(body), Refused);
    });

  for (const [what, body] of [
    ["an ERROR for another reason", command("ERROR", "\x05Wrong")],
    ["READY before WELCOME", command("READY")],
    ["a command without a name", Buffer.alloc(0)],
    ["a name longer than the command", Buffer.from("\xffREADY", "latin1")],
    ["a command nobody asked for", command("CANCEL")],
  ] as const)
    it(`ends at ${what}`, () => {
      assert.throws(() => greeted("PLAIN", 0, credentials).commanded(body), ProtocolError);
    });

  it("ends at a second WELCOME", () => {
    const handshake = greeted("PLAIN", 0, credentials);
    handshake.commanded(command("WELCOME"));
    assert.throws(() => handshake.commanded(command("WELCOME")), ProtocolError);
  });

  it("knows by the version whether a PING is answered", () => {
    assert.equal(greeted("NULL", 0).knowsPing, false);
    assert.equal(greeted("NULL", 1).knowsPing, true);
  });
});
