import assert from "node:assert/strict";
import { noticesOf } from "../../../src/core/notices";
import { topics } from "../../../src/core/topics";

const noticed = (topic: string, payload: unknown): string[] =>
  noticesOf(Buffer.from(`${topic} ${typeof payload === "string" ? payload : JSON.stringify(payload)}`)).map(
    ({ level, title }) => `${level}: ${title}`,
  );

const attribute = { id: "9", value: "a.example", value1: "a.example", value2: "", deleted: false };
const noAction = "info: No action was sent";

const cases: [title: string, topic: string, payload: unknown, expected: string[]][] = [
  ...[false, "0", 0].map((published): [string, string, unknown, string[]] => [
    `a published event that says ${JSON.stringify(published)}`,
    "misp_json",
    { Event: { id: "7", published } },
    ["info: Published, although published is false"],
  ]),
  ["a published event that says so", "misp_json", { Event: { id: "7", published: true }, errors: [] }, []],
  ["errors in a published event", "misp_json", { Event: {}, errors: ["x"] }, ["warning: MISP reports errors"]],
  ["errors by field", "misp_json", { Event: {}, errors: { info: ["x"] } }, ["warning: MISP reports errors"]],
  ["errors in a text", "misp_json", { Event: {}, errors: "x" }, ["warning: MISP reports errors"]],
  ["no errors", "misp_json", { Event: {}, errors: null }, []],
  [
    "an event pulled from a server",
    "misp_json_event",
    { Event: "1742", Server: "3", action: "add_from_connected_server" },
    ["info: Only the event's number was sent"],
  ],
  ["an action alone", "misp_json_event", { action: "edit" }, ["warning: No event was sent"]],
  ["an event", "misp_json_event", { Event: { id: "7" }, action: "edit" }, []],
  ["a hard delete", "misp_json_attribute", { Attribute: attribute, action: "delete" }, ["info: Deleted for good"]],
  ["a delete with its event", "misp_json_attribute", { Attribute: attribute, Event: {}, action: "delete" }, []],
  ["an older MISP's new attribute", "misp_json_attribute", { Attribute: attribute }, [noAction]],
  ["an older MISP's edit", "misp_json_attribute", { Attribute: attribute, Event: {} }, [noAction]],
  ["an older MISP's delete", "misp_json_attribute", { Attribute: { ...attribute, deleted: 1 } }, [noAction]],
  [
    "halves of another value",
    "misp_json_attribute",
    { Attribute: { ...attribute, value1: "b.example" }, action: "edit" },
    ["warning: value and its halves differ"],
  ],
  [
    "a composite value",
    "misp_json_attribute",
    { Attribute: { value: "a|b", value1: "a", value2: "b" }, action: "edit" },
    [],
  ],
  ["an object deleted", "misp_json_object", { Object: {}, action: "delete" }, ["info: Deleted for good"]],
  ["an older MISP's sighting", "misp_json_sighting", { Sighting: {} }, [noAction]],
  ["a sighting", "misp_json_sighting", { Sighting: {}, action: "add" }, []],
  ["a user created", "misp_json_user", { User: {}, action: "edit" }, ["info: MISP says edit, the user was created"]],
  ["a user edited", "misp_json_user", { User: {}, action: "add" }, ["info: MISP says add, the user was edited"]],
  ["a login", "misp_json_user", { User: {}, action: "login" }, []],
  ["an older MISP's login", "misp_json_user", { User: { id: "1", last_login: "2" } }, [noAction]],
  ["an older MISP's user", "misp_json_user", { User: { id: "1", email: "a@b" } }, [noAction]],
  [
    "a new organisation",
    "misp_json_organisation",
    { Organisation: { name: "a", date_created: "2026-11-24 05:00:00" } },
    ["info: A new organisation"],
  ],
  ["an edited one", "misp_json_organisation", { Organisation: { name: "a" } }, ["info: An edited organisation"]],
  [
    "an access log's entry",
    "misp_json_audit",
    { request_method: "GET", url: "/", action: "log" },
    ["info: An entry of the access log"],
  ],
  ["an audit entry", "misp_json_audit", { AuditLog: {}, action: "log" }, []],
  ["a workflow's data", "misp_json_workflow", [], []],
  ["a topic nobody knows", "misp_json_experimental", { errors: ["x"] }, []],
  ["what is malformed", "misp_json_event", '{"action":', []],
];

describe("notices", () => {
  for (const [title, topic, payload, expected] of cases) {
    it(`are given of ${title}`, () => assert.deepEqual(noticed(topic, payload), expected));
  }

  it("tell why, in sentences, once each", () => {
    const said = cases.flatMap(([, topic, payload]) => noticesOf(Buffer.from(`${topic} ${JSON.stringify(payload)}`)));
    for (const { title, text } of said) {
      assert.match(text, /^[A-Zv].*\.$/);
      assert.doesNotMatch(title + text, /[!?]|please/i);
      assert.doesNotMatch(title, /\.$/);
    }
    for (const { name } of topics) {
      const notices = noticesOf(Buffer.from(`${name} {}`));
      assert.equal(new Set(notices.map(({ title }) => title)).size, notices.length, name);
    }
  });
});
