import assert from "node:assert/strict";
import { faultIn } from "../../../src/host/filterFault";
import { filtersIn, offeredFilters, withFilter, withoutFilter } from "../../../src/host/savedFilters";
import { english } from "./fakes";

const one = { name: "one", filter: "has:tag" };
const broken = { name: "broken", filter: "value:1 AND" };
const foreign = [42, { name: "no filter" }, null];

describe("Saved filters", () => {
  it("are first offered with those that hide heartbeats, and all of these are right", () => {
    const offered = offeredFilters(english);
    assert.deepEqual(offered[0], { name: "Hide heartbeats", filter: "-topic:self" });
    assert.deepEqual(
      offered.filter(({ filter }) => faultIn(filter, 0)),
      [],
    );
  });

  it("are told with the column of what is wrong with them, and never left out", () => {
    assert.deepEqual(filtersIn([one, broken]), [one, broken]);
    assert.equal(faultIn(broken.filter, 0)?.column, 12);
    assert.equal(faultIn(one.filter, 0), undefined);
  });

  it("are read from a setting of any kind", () => {
    for (const setting of [undefined, null, 7, "x", {}, [], foreign]) assert.deepEqual(filtersIn(setting), []);
  });

  it("take the place of one of the same name, and leave alone what cannot be read", () => {
    const renewed = { name: "one", filter: "has:object" };
    assert.deepEqual(withFilter([...foreign, one, broken], renewed), [...foreign, renewed, broken]);
    assert.deepEqual(withFilter([one], broken), [one, broken]);
    assert.deepEqual(withFilter("x", one), [one]);
  });

  it("are deleted by their name", () => {
    assert.deepEqual(withoutFilter([...foreign, one, broken], "one"), [...foreign, broken]);
    assert.deepEqual(withoutFilter([one], "other"), [one]);
    assert.deepEqual(withoutFilter(undefined, "one"), []);
  });
});
