import { stat } from "node:fs/promises";
import { visible } from "../core/text";
import type { Publisher, ReplayPublisher, ReplayState } from "../protocol/publisher";
import { Refusal } from "../protocol/rpc";
import { messages, number } from "./labels";
import { startReplay, type ReplayContext } from "./replays";
import { readTask, type ReplayTask, type SimulateTask } from "./taskDefinition";

/** A line about the progress at most this often. */
const TELL_EVERY_MS = 10_000;

/** What is wrong, and where. */
export interface Problem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly severity: "error" | "warning";
  readonly message: string;
}

/** What a task writes to and ends. */
export interface TaskOutput {
  /** One line, without its end. */
  write(line: string): void;
  /** For the Problems view. */
  complain(problem: Problem): void;
  end(exitCode: number): void;
}

export type Place = Pick<Problem, "file" | "line">;

/** Where a task stands: what it publishes with, and what its mistakes are told of. */
export interface TaskContext extends ReplayContext {
  /** Resolves once captures can be opened. */
  readonly ready: () => Promise<unknown>;
  /** The workspace folder of the task, if it has one. */
  readonly folder: string | undefined;
  /** Where the task is written down; undefined where it is not, as with one that is offered. */
  readonly written: () => Promise<Place | undefined>;
  readonly log: { error(error: Error | string): void };
}

/**
 * One run of a `misp-stream` task: says when it is bound, what comes of it now and then, and mistakes as
 * `path:line:column: error: message`, for the problem matcher `$misp-stream`. Its words are not translated.
 */
export class TaskRun {
  #publisher: Publisher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;
  #told = "";

  constructor(
    private readonly context: TaskContext,
    private readonly output: TaskOutput,
  ) {}

  async start(definition: object): Promise<void> {
    this.#tell("starting");
    let fixture: string | undefined;
    let isRead = false;
    try {
      await this.context.ready();
      const task = readTask(definition, this.context.folder);
      if ("replay" in task) {
        fixture = task.replay;
        const { capture } = await this.context.captures.openFile(fixture);
        isRead = true;
        await this.#replay(task, capture);
      } else await this.#simulate(task);
    } catch (error) {
      if (!(error instanceof Refusal)) this.context.log.error(error instanceof Error ? error : String(error));
      const isFixtures = fixture !== undefined && !isRead && (await stat(fixture).catch(() => undefined)) !== undefined;
      const place = isFixtures ? undefined : await this.context.written();
      this.#fail(place ?? { file: fixture ?? this.context.folder ?? "tasks.json", line: lineIn(error) }, error);
    }
  }

  /** Frees the port; without effect once it is over. */
  async stop(): Promise<void> {
    if (this.#isOver) return;
    const sent = await this.#publisher?.stop();
    this.#end(0, `stopped after ${messages(sent ?? 0)}`);
  }

  async #replay(task: ReplayTask, capture: string): Promise<void> {
    const { replay: path, whenDone, ...how } = task;
    const publisher = await startReplay(this.context, { ...how, capture });
    if (!(await this.#keep(publisher))) return;
    const follow = (): void => {
      const { state } = publisher;
      if (state.phase === "failed") this.#fail({ file: path, line: 1 }, new Error(state.message));
      else if (state.phase === "done" && whenDone === "end") void this.#finish(publisher);
      else this.#follow(state);
    };
    publisher.onDidChange(follow);
    follow();
    this.#every(() => this.#tellOnce(progressOf(publisher)));
  }

  async #simulate(task: SimulateTask): Promise<void> {
    const publisher = await this.context.publishers.simulate(task);
    if (await this.#keep(publisher)) this.#every(() => this.#tellOnce(`${messages(publisher.sent)} sent`));
  }

  /** Whether it is still wanted. */
  async #keep(publisher: Publisher): Promise<boolean> {
    if (this.#isOver) {
      await publisher.stop();
      return false;
    }
    this.#publisher = publisher;
    this.#tell(`bound ${publisher.endpoint}`);
    // Whoever stops it ends the task.
    void publisher.ended.then(() => this.#end(0, `stopped after ${messages(publisher.sent)}`));
    return true;
  }

  #follow({ phase, sent, messages: all, isSlow }: ReplayState): void {
    if (isSlow) return this.#tellOnce("a subscriber does not take what was sent; everything waits for it");
    if (phase === "waiting") this.#tellOnce("waiting for a subscriber");
    else if (phase === "done") this.#tellOnce(`done, ${number(sent)} sent; it stays bound`);
    else if (phase === "paused") this.#tellOnce("paused");
    else if (sent === 0) this.#tellOnce(`a subscriber came, ${messages(all)} follow`);
  }

  /** The last message is on its way; a stop lets it leave. */
  async #finish(publisher: ReplayPublisher): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#timer);
    const sent = await publisher.stop();
    this.#tell(`done, ${number(sent)} sent`);
    this.output.end(0);
  }

  #fail(place: Place, error: unknown): void {
    if (this.#isOver) return;
    const message = visible(messageOf(error));
    this.output.write(`${place.file}:${place.line}:1: error: ${message}`);
    this.output.complain({ ...place, severity: "error", message });
    void this.#publisher?.stop();
    this.#end(1, "failed");
  }

  #end(exitCode: number, words: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#timer);
    this.#tell(words);
    this.output.end(exitCode);
  }

  #every(tell: () => void): void {
    this.#timer = setInterval(tell, TELL_EVERY_MS);
  }

  #tellOnce(words: string): void {
    if (words !== this.#told) this.#tell(words);
  }

  #tell(words: string): void {
    this.#told = words;
    this.output.write(`MISP Stream: ${words}`);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Sentences about a file name the line. */
const lineIn = (error: unknown): number => Number(/\bline (\d+)\b/i.exec(messageOf(error))?.[1] ?? 1);

function progressOf({ state, subscribers }: ReplayPublisher): string {
  const { phase, sentThisRound, messages: all, round } = state;
  if (phase === "waiting") return "waiting for a subscriber";
  const there = subscribers === 1 ? "1 subscriber" : `${number(subscribers)} subscribers`;
  return `${number(sentThisRound)} of ${messages(all)} sent${round > 1 ? `, round ${number(round)}` : ""}, ${there}`;
}
