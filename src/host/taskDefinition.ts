import * as path from "node:path";
import * as v from "valibot";
import { describeIssues } from "../protocol/issues";
import { Refusal } from "../protocol/rpc";

export const TASK_TYPE = "misp-stream";
/** MISP's own: what is started beside a task can only know a port that is always the same. */
export const TASK_ENDPOINT = "tcp://127.0.0.1:50000";

const positive = v.pipe(v.number(), v.finite(), v.minValue(0));
const endpoint = v.optional(v.string(), TASK_ENDPOINT);

const replayTask = v.object({
  /** The fixture; a relative path starts at the workspace folder. */
  replay: v.pipe(v.string(), v.nonEmpty()),
  endpoint,
  speed: v.optional(positive, 1),
  filter: v.optional(v.string(), ""),
  from: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  loop: v.optional(v.boolean(), false),
  heartbeat: v.optional(v.boolean(), false),
  username: v.optional(v.string()),
  password: v.optional(v.string()),
  /** After the last message: stay bound, or end. */
  whenDone: v.optional(v.picklist(["stay", "end"]), "stay"),
});
export type ReplayTask = v.InferOutput<typeof replayTask>;

const simulateTask = v.object({
  simulate: v.literal(true),
  endpoint,
  rate: v.optional(positive, 5),
  seed: v.optional(v.pipe(v.number(), v.integer()), 1),
  topics: v.optional(v.array(v.string()), []),
});
export type SimulateTask = v.InferOutput<typeof simulateTask>;

/** What a task of `tasks.json` asks for, its variables resolved. Refused with a sentence where that cannot be known. */
export function readTask(definition: object, folder: string | undefined): ReplayTask | SimulateTask {
  const [isReplay, isSimulation] = ["replay" in definition, "simulate" in definition && definition.simulate === true];
  if (isReplay === isSimulation)
    throw new Refusal('A misp-stream task has either "replay", the path of a fixture, or "simulate": true.');
  const parsed = v.safeParse(isReplay ? replayTask : simulateTask, definition);
  if (!parsed.success) throw new Refusal(`This misp-stream task cannot be read: ${describeIssues(parsed.issues)}`);
  const task = parsed.output;
  return "replay" in task ? { ...task, replay: wholePath(task.replay, folder) } : task;
}

function wholePath(file: string, folder: string | undefined): string {
  if (path.isAbsolute(file)) return path.resolve(file);
  if (folder === undefined) throw new Refusal(`The path "${file.slice(0, 256)}" is relative, and no folder is open.`);
  return path.resolve(folder, file);
}
