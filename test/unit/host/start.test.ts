import assert from "node:assert/strict";
import { DisposableStore } from "../../../src/core/disposable";
import { Signal } from "../../../src/core/signal";
import type { Captures } from "../../../src/host/captures";
import type { Ending, WorkerThread } from "../../../src/host/workerThread";
import type { EngineContract } from "../../../src/protocol/engine";
import { FilterState } from "../../../src/host/filterState";
import type { Settings } from "../../../src/host/settings";
import { start } from "../../../src/host/start";
import { english, fakeEngine } from "./fakes";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

describe("start", () => {
  const cases: { what: string; ending: Ending; filter: string; left: string; told: RegExp }[] = [
    {
      what: "hung under a filter",
      ending: "hung",
      filter: "a",
      left: "",
      told: /The filter may be why and was removed/,
    },
    {
      what: "hung without a filter",
      ending: "hung",
      filter: "",
      left: "",
      told: /did not answer and was started again/,
    },
    { what: "crashed under a filter", ending: "crashed", filter: "a", left: "a", told: /ended by itself/ },
  ];
  for (const { what, ending, filter: text, left, told } of cases)
    it(`says what is true of an engine that ${what}`, async () => {
      const ended = new Signal<Ending>();
      const never = (): { dispose(): void } => ({ dispose: () => {} });
      const filter = new FilterState(() => fakeEngine({ filter: () => [] }).engine, { get: () => "", set: () => {} });
      await filter.set(text);
      const captures = {
        restore: () => Promise.resolve([]),
        current: () => Promise.resolve([]),
        findForgotten: () => Promise.resolve([]),
        prune: () => Promise.resolve(),
        recover: () => Promise.resolve(),
      };
      const sentence = new Promise<string>((resolve) => {
        void start({
          captures: captures as unknown as Captures,
          worker: { on: never, onDidEnd: ended.on.bind(ended) } as unknown as WorkerThread<EngineContract>,
          filter,
          settings: { onDidChange: never } as unknown as Settings,
          log: silent,
          warn: resolve,
          offer: () => {},
          store: new DisposableStore(),
          t: english,
        });
      });
      ended.fire(ending);
      const words = await sentence;
      assert.match(words, told);
      assert.equal(words.includes("filter"), text !== "" && ending === "hung");
      assert.equal(filter.text, left);
    });
});
