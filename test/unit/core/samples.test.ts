import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { titleOf } from "../../../src/core/action";
import { summarize } from "../../../src/core/summary";

/** What a message must yield; an empty text stands for what it does not have. */
type Told = readonly [action: string, uuid: string, event: string, label: string, detail: string, title: string];

const shelf = join(import.meta.dirname, "../../../../shared");
const messages = join(shelf, "data/messages");
const page = join(shelf, "seed/misp-book-misp-zmq.txt");

function told(topic: string, payload: Uint8Array): Told {
  const summary = summarize(Buffer.concat([Buffer.from(`${topic} `), payload]), 0);
  const { action = "", inferred, uuid = "", eventId = "", label, detail } = summary;
  return [inferred ? `${action} (inferred)` : action, uuid, eventId, label, detail, titleOf(summary)];
}

const samples: Readonly<Record<string, Told>> = {
  misp_json: [
    "",
    "59259036-fcd0-4749-8a6c-4d88950d210f",
    "625",
    "M2M - Fwd: IMG_3428.pdf",
    "7 attributes, event 625",
    "Event published",
  ],
  "misp_json.with_errors": [
    "",
    "59259036-fcd0-4749-8a6c-4d88950d210f",
    "625",
    "M2M - Fwd: IMG_3428.pdf",
    "7 attributes, event 625",
    "Event published",
  ],
  "misp_json_attribute.delete": [
    "delete",
    "7b3f2758-86ce-45d3-b7fd-b1f77ac85328",
    "3508",
    "194.78.89.250",
    "ip-dst, event 3508",
    "Attribute deleted",
  ],
  "misp_json_attribute.edit_object_tagged": [
    "edit",
    "7b3f2758-86ce-45d3-b7fd-b1f77ac85328",
    "3508",
    "194.78.89.250",
    "ip-dst, event 3508",
    "Attribute edited",
  ],
  misp_json_attribute: [
    "add",
    "7b3f2758-86ce-45d3-b7fd-b1f77ac85328",
    "3508",
    "194.78.89.250",
    "ip-dst, event 3508",
    "Attribute added",
  ],
  "misp_json_attribute.legacy_create_2017": [
    "add (inferred)",
    "59b8114b-1c80-4149-be3a-03e9c0a83832",
    "625",
    "microsoft.net",
    "domain, event 625",
    "Attribute added",
  ],
  "misp_json_attribute.legacy_delete_2017": [
    "delete (inferred)",
    "59b81121-f4b4-4ed3-aa43-03eac0a83832",
    "625",
    "microsoft.net",
    "domain, event 625",
    "Attribute deleted",
  ],
  "misp_json_attribute.legacy_edit_2017": [
    "edit (inferred)",
    "59b8114b-1c80-4149-be3a-03e9c0a83832",
    "625",
    "microsoft.com",
    "domain, event 625",
    "Attribute edited",
  ],
  "misp_json_attribute.soft-delete": [
    "soft-delete",
    "7b3f2758-86ce-45d3-b7fd-b1f77ac85328",
    "3508",
    "194.78.89.250",
    "ip-dst, event 3508",
    "Attribute soft-deleted",
  ],
  "misp_json_audit.access_log_flat": ["log", "", "", "POST /events/add", "200", "Audit entry"],
  misp_json_audit: ["log", "", "3508", "Event: Received a new scam call", "edit, event 3508", "Audit entry"],
  "misp_json_audit.legacy_log": ["log", "", "3", "Event (3): ddfgdfgdgsdfsdfsd", "edit, event 3", "Audit entry"],
  misp_json_conversation: ["", "", "", "hello", "DEMO", "Post"],
  "misp_json_conversation.thread": [
    "",
    "",
    "3508",
    "Discussion about Event #3508 (Received a new scam call)",
    "DEMO, event 3508",
    "Thread",
  ],
  "misp_json_event.action_only": ["edit", "", "", '{"action":"edit"}', "17 B", "Event edited"],
  "misp_json_event.add_from_connected_server": [
    "add_from_connected_server",
    "",
    "1742",
    "Event 1742",
    "server 3",
    "Event pulled from server 3",
  ],
  "misp_json_event.delete": [
    "delete",
    "5cacb329-421c-4d52-9b11-6281c0a8a88c",
    "1363",
    "testing",
    "event 1363",
    "Event deleted",
  ],
  "misp_json_event.edit_from_connected_server": [
    "edit_from_connected_server",
    "",
    "1742",
    "Event 1742",
    "server 3",
    "Event pulled from server 3",
  ],
  "misp_json_event.edit_tagged": [
    "edit",
    "4cf76d64-4855-4b5e-9a53-3f5c0a0a0a0a",
    "1737",
    "Troubleshooting ZMQ",
    "DEMO, event 1737",
    "Event edited",
  ],
  misp_json_event: [
    "add",
    "4cf76d64-4855-4b5e-9a53-3f5c0a0a0a0a",
    "1737",
    "Troubleshooting ZMQ",
    "DEMO, event 1737",
    "Event added",
  ],
  "misp_json_object.delete": [
    "delete",
    "1b6d7b7c-6b0e-4b0f-9a55-0c1e6c0a0a0a",
    "3508",
    "ip-port",
    "network, event 3508",
    "Object deleted",
  ],
  "misp_json_object.edit": [
    "edit",
    "1b6d7b7c-6b0e-4b0f-9a55-0c1e6c0a0a0a",
    "3508",
    "ip-port",
    "network, event 3508",
    "Object edited",
  ],
  misp_json_object: [
    "add",
    "1b6d7b7c-6b0e-4b0f-9a55-0c1e6c0a0a0a",
    "3508",
    "ip-port",
    "network, event 3508",
    "Object added",
  ],
  "misp_json_object.soft-delete": [
    "soft-delete",
    "1b6d7b7c-6b0e-4b0f-9a55-0c1e6c0a0a0a",
    "3508",
    "ip-port",
    "network, event 3508",
    "Object soft-deleted",
  ],
  misp_json_object_reference: [
    "add",
    "5ab549ef-1111-4222-8333-1e25c0a80018",
    "3508",
    "connects-to",
    "to attribute, event 3508",
    "Reference added",
  ],
  "misp_json_organisation.edit": ["", "59c0367d-fe8c-42a4-9db2-03ecc0a83832", "", "test", "", "Organisation saved"],
  misp_json_organisation: ["", "59c0367d-fe8c-42a4-9db2-03ecc0a83832", "", "test", "", "Organisation saved"],
  misp_json_self: ["", "", "", "up 21 s", "", "Heartbeat"],
  "misp_json_sighting.delete": [
    "delete",
    "59c03071-f480-4311-a710-03edc0a83832",
    "3508",
    "194.78.89.250",
    "sighting, event 3508",
    "Sighting deleted",
  ],
  "misp_json_sighting.expiration": [
    "add",
    "59c03071-f480-4311-a710-03edc0a83832",
    "3508",
    "194.78.89.250",
    "expiration, event 3508",
    "Expiration set",
  ],
  "misp_json_sighting.false_positive": [
    "add",
    "59c03071-f480-4311-a710-03edc0a83832",
    "3508",
    "194.78.89.250",
    "false positive, event 3508",
    "False positive reported",
  ],
  misp_json_sighting: [
    "add",
    "59c03071-f480-4311-a710-03edc0a83832",
    "3508",
    "194.78.89.250",
    "sighting, event 3508",
    "Sighted",
  ],
  "misp_json_sighting.legacy_2017": [
    "",
    "59c03071-f480-4311-a710-03edc0a83832",
    "625",
    "Attribute 164373",
    "sighting, event 625",
    "Sighted",
  ],
  "misp_json_tag.attached_to_attribute": [
    "attached to attribute",
    "",
    "3508",
    "dfdgddddd",
    "attribute 2840933, event 3508",
    "Tag attached to attribute",
  ],
  "misp_json_tag.attached_to_event": [
    "attached to event",
    "",
    "3508",
    "dfdgddddd",
    "event 3508",
    "Tag attached to event",
  ],
  "misp_json_tag.delete": ["delete", "", "", "dfdgddddd", "", "Tag deleted"],
  "misp_json_tag.detached_from_attribute": [
    "detached from attribute",
    "",
    "3508",
    "dfdgddddd",
    "attribute 2840933, event 3508",
    "Tag detached from attribute",
  ],
  "misp_json_tag.detached_from_event": [
    "detached from event",
    "",
    "3508",
    "dfdgddddd",
    "event 3508",
    "Tag detached from event",
  ],
  "misp_json_tag.edit": ["edit", "", "", "dfdgddddd", "", "Tag edited"],
  misp_json_tag: ["add", "", "", "dfdgddddd", "", "Tag added"],
  "misp_json_user.edited_says_add": ["add", "", "", "User 2", "", "User edited"],
  misp_json_user: ["edit", "", "", "User 2", "", "User created"],
  "misp_json_user.legacy_login_2017": ["", "", "", "User 1", "", "User"],
  "misp_json_user.login": ["login", "", "", "User 2", "", "User logged in"],
  misp_json_warninglist: ["add", "", "", "Top 1000 websites", "version 20240101", "Warninglist added"],
  "misp_json_workflow.empty": ["", "", "", "[]", "empty array", "Workflow data"],
  "misp_json_workflow.enrich": [
    "",
    "",
    "",
    '{"Enriching event":"3508","Attribute added":2}',
    "object of 2",
    "Workflow data",
  ],
  misp_json_workflow: [
    "",
    "",
    "",
    '["tlp:white","misp-galaxy:threat-actor=\\"APT1\\""]',
    "array of 2",
    "Workflow data",
  ],
};

const examples: readonly [topic: string, Told][] = [
  ["misp_json_self", ["", "", "", "up 50 s", "", "Heartbeat"]],
  ["misp_json_self", ["", "", "", "up 1 min", "", "Heartbeat"]],
  ["misp_json_self", ["", "", "", "up 1 min 10 s", "", "Heartbeat"]],
  ["misp_json_self", ["", "", "", "up 1 min 20 s", "", "Heartbeat"]],
  ["misp_json_self", ["", "", "", "up 1 min 30 s", "", "Heartbeat"]],
  [
    "misp_json_sighting",
    ["", "592d9588-fda0-490f-bf6e-4e56950d210f", "8102", "Attribute 1044812", "sighting, event 8102", "Sighted"],
  ],
  [
    "misp_json_attribute",
    [
      "add (inferred)",
      "592d8494-7120-4760-b5e2-4858950d210f",
      "8100",
      "1.2.3.4",
      "ip-dst, event 8100",
      "Attribute added",
    ],
  ],
  [
    "misp_json",
    [
      "",
      "59259036-fcd0-4749-8a6c-4d88950d210f",
      "625",
      "M2M - Fwd: IMG_3428.pdf",
      "7 attributes, event 625",
      "Event published",
    ],
  ],
  [
    "misp_json_attribute",
    [
      "add (inferred)",
      "59b8114b-1c80-4149-be3a-03e9c0a83832",
      "625",
      "microsoft.net",
      "domain, event 625",
      "Attribute added",
    ],
  ],
  [
    "misp_json_attribute",
    [
      "edit (inferred)",
      "59b8114b-1c80-4149-be3a-03e9c0a83832",
      "625",
      "microsoft.com",
      "domain, event 625",
      "Attribute edited",
    ],
  ],
  [
    "misp_json_attribute",
    [
      "delete (inferred)",
      "59b81121-f4b4-4ed3-aa43-03eac0a83832",
      "625",
      "microsoft.net",
      "domain, event 625",
      "Attribute deleted",
    ],
  ],
  [
    "misp_json_sighting",
    ["", "59c03071-f480-4311-a710-03edc0a83832", "625", "Attribute 164373", "sighting, event 625", "Sighted"],
  ],
  [
    "misp_json_sighting",
    [
      "",
      "59c03077-d560-4a8b-b841-05b8c0a83832",
      "625",
      "Attribute 164373",
      "false positive, event 625",
      "False positive reported",
    ],
  ],
  ["misp_json_user", ["", "", "", "User 1", "", "User"]],
  ["misp_json_user", ["", "", "", "User 1", "", "User"]],
  ["misp_json_user", ["", "", "", "User 4", "", "User"]],
  ["misp_json_organisation", ["", "59c0367d-fe8c-42a4-9db2-03ecc0a83832", "", "test", "", "Organisation saved"]],
  ["misp_json_organisation", ["", "59c0367d-fe8c-42a4-9db2-03ecc0a83832", "", "test", "", "Organisation saved"]],
  ["misp_json_self", ["", "", "", "up 2 h 32 min", "", "Heartbeat"]],
];

describe("Samples of MISP's messages", () => {
  it("are all understood, each file of the shelf", function () {
    if (!existsSync(messages)) this.skip();
    const files = readdirSync(messages).filter((name) => name.endsWith(".json"));
    const seen = files.map((name) => [
      name.replace(/\.json$/, ""),
      told(name.split(".")[0] ?? "", readFileSync(join(messages, name))),
    ]);
    assert.deepEqual(Object.fromEntries(seen), samples);
  });

  it("are understood as MISP's own page shows them, each example", function () {
    if (!existsSync(page)) this.skip();
    const blocks = [...readFileSync(page, "utf8").matchAll(/^\{$[^]*?^\}/gm)].map(([block]) => block);
    assert.equal(blocks.length, examples.length);
    for (const [index, [topic, expected]] of examples.entries())
      assert.deepEqual(told(topic, Buffer.from(blocks[index] ?? "")), expected);
  });
});
