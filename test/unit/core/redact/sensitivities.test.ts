import assert from "node:assert/strict";
import { inOneGo } from "../../../../src/core/pieces";
import { Sensitivities } from "../../../../src/core/redact/sensitivities";

describe("what the gate asks about", () => {
  const none = { tlpRed: 0, yourOrganisationOnly: 0, userData: 0, secrets: 0 };
  const cases: readonly [string, Partial<typeof none>][] = [
    ['x {"Event":{"Tag":[{"name":"TLP:RED"}]}}', { tlpRed: 1 }],
    ['x {"GalaxyCluster":{"value":"tlp:red"}}', {}],
    ['x {"Attribute":{"distribution":"0"}}', { yourOrganisationOnly: 1 }],
    ['x {"Event":{"distribution":0}}', { yourOrganisationOnly: 1 }],
    ['x {"Thread":{"distribution":"0"}}', {}],
    ['misp_json_user {"User":{"id":"1"}}', { userData: 1 }],
    ['x {"Log":{"description":"by ann@bank.org"}}', { userData: 1 }],
    ['x {"User":{"authkey":"abcdef"}}', { secrets: 1 }],
    ['x {"AuditLog":{"authkey_id":"3"}}', {}],
    ["x no json password=hunter2", { secrets: 1 }],
    ['x {"Event":{"Tag":[{"name":"\\u0074lp\\u003aRed"}]}}', { tlpRed: 1 }],
    ['{"User": {"authkey": "abcdef"}}', { secrets: 1 }],
    ['{"email":"ann@bank.org", "x":1}', { userData: 1 }],
    ['ann@bank.org {"x":1}', { userData: 1 }],
  ];
  for (const [frame, found] of cases) {
    it(`finds ${Object.keys(found).join() || "nothing"} in ${frame}`, () => {
      const sensitivities = new Sensitivities();
      inOneGo(sensitivities.look(Buffer.from(frame), []));
      assert.deepEqual(sensitivities.found, { ...none, ...found });
    });
  }
});
