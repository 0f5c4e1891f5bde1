/**
 * The one message endpoint of the house, used between host and engine and between host and webview. A contract is a
 * record of schemas; call and result types are inferred from it, so a forgotten handler does not compile. Arguments are
 * parsed where they arrive, results and events where they come back: neither side trusts the other.
 */
import * as v from "valibot"; // schemas with inferred types, 2 KB of the webview's bundle, MIT, open-circle
import { describeIssues } from "./issues";

/** What carries the messages: a channel between threads, a webview. `transfer`: buffers and channel ends that change hands. */
export interface Port {
  post(message: unknown, transfer?: readonly object[]): void;
  listen(receive: (message: unknown) => void): { dispose(): void };
}

type Schema = v.GenericSchema;
interface Method {
  readonly args: Schema;
  readonly result: Schema;
}
export interface Contract {
  readonly methods: Readonly<Record<string, Method>>;
  readonly events: Readonly<Record<string, Schema>>;
}

export const method = <A extends Schema, R extends Schema>(args: A, result: R): { args: A; result: R } => ({
  args,
  result,
});

/** How far a long call has come; unit as the method says (messages or bytes). */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

export interface CallOptions {
  transfer?: readonly object[];
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

/** What a handler is told besides its arguments. */
export interface Call {
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

export type Args<M extends Method> = v.InferInput<M["args"]>;
export type Result<M extends Method> = v.InferOutput<M["result"]>;
export type Client<C extends Contract> = {
  readonly [K in keyof C["methods"]]: (
    args: Args<C["methods"][K]>,
    options?: CallOptions,
  ) => Promise<Result<C["methods"][K]>>;
};
export type Handlers<C extends Contract> = {
  readonly [K in keyof C["methods"]]: (
    args: v.InferOutput<C["methods"][K]["args"]>,
    call: Call,
  ) => Awaitable<v.InferInput<C["methods"][K]["result"]> | Transferred<v.InferInput<C["methods"][K]["result"]>>>;
};
type Awaitable<T> = T | Promise<T>;

/** A result whose buffers change hands instead of being copied. */
export class Transferred<T> {
  constructor(
    readonly value: T,
    readonly buffers: readonly ArrayBuffer[],
  ) {}
}

/** An error whose message is meant for a person. Anything else that a handler throws is a bug. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  /** By its name: each bundle has a class of its own. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "Refusal";
  }
  constructor(
    message: string,
    /** Where in the text the trouble is, from 0, for a filter. */
    readonly column?: number,
  ) {
    super(message);
  }
}

const envelope = v.variant("kind", [
  v.object({ kind: v.literal("call"), id: v.number(), method: v.string(), args: v.unknown() }),
  v.object({ kind: v.literal("cancel"), id: v.number() }),
  v.object({ kind: v.literal("progress"), id: v.number(), done: v.number(), total: v.number() }),
  v.object({ kind: v.literal("result"), id: v.number(), value: v.unknown() }),
  v.object({
    kind: v.literal("error"),
    id: v.number(),
    message: v.string(),
    column: v.optional(v.number()),
    stack: v.optional(v.string()),
  }),
  v.object({ kind: v.literal("event"), name: v.string(), data: v.unknown() }),
]);
type Envelope = v.InferOutput<typeof envelope>;

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

export interface Server<C extends Contract> {
  emit<K extends keyof C["events"] & string>(name: K, data: v.InferInput<C["events"][K]>): void;
  dispose(): void;
}

/** Answers calls on `port`. A handler that throws rejects at the caller; an unknown method is refused. */
export function serve<C extends Contract>(
  port: Port,
  contract: C,
  handlers: Handlers<C>,
  onBug: (error: unknown) => void = () => undefined,
): Server<C> {
  const running = new Map<number, AbortController>();
  const answer = async (id: number, name: string, args: unknown): Promise<void> => {
    const cancel = new AbortController();
    running.set(id, cancel);
    try {
      const found = own(contract.methods, name);
      if (!found) throw new Refusal(`There is no method "${name.slice(0, 64)}".`);
      const parsed = v.safeParse(found.args, args);
      if (!parsed.success) throw new Refusal(`${name} cannot use its arguments: ${describeIssues(parsed.issues)}.`);
      const handler = handlers[name as keyof C["methods"]];
      const value = await handler(parsed.output, {
        signal: cancel.signal,
        progress: ({ done, total }) => port.post({ kind: "progress", id, done, total } satisfies Envelope),
      });
      if (value instanceof Transferred) port.post({ kind: "result", id, value: value.value as unknown }, value.buffers);
      else port.post({ kind: "result", id, value } satisfies Envelope);
    } catch (error) {
      if (!(error instanceof Refusal) && !cancel.signal.aborted) onBug(error);
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      const column = error instanceof Refusal ? error.column : undefined;
      port.post({
        kind: "error",
        id,
        message,
        ...(column === undefined ? {} : { column }),
        ...(error instanceof Refusal || !stack ? {} : { stack }),
      } satisfies Envelope);
    } finally {
      running.delete(id);
    }
  };
  const listening = port.listen((message) => {
    const parsed = v.safeParse(envelope, message);
    if (!parsed.success) return;
    if (parsed.output.kind === "call") void answer(parsed.output.id, parsed.output.method, parsed.output.args);
    else if (parsed.output.kind === "cancel") running.get(parsed.output.id)?.abort();
  });
  return {
    emit: (name, data) => port.post({ kind: "event", name, data } satisfies Envelope),
    dispose: () => {
      listening.dispose();
      for (const cancel of running.values()) cancel.abort();
    },
  };
}

export interface Connected<C extends Contract> {
  readonly call: Client<C>;
  on<K extends keyof C["events"] & string>(name: K, receive: (data: v.InferOutput<C["events"][K]>) => void): void;
  /** Rejects what still waits with `reason`; later calls are rejected too. */
  dispose(reason?: Error): void;
}

interface Waiting {
  method: Method;
  resolve(value: unknown): void;
  reject(error: Error): void;
  onProgress?: ((progress: Progress) => void) | undefined;
  /** No signal cancels it any more. */
  release(): void;
}

/** Calls what `serve` answers at the other end of `port`. */
export function connect<C extends Contract>(port: Port, contract: C): Connected<C> {
  const waiting = new Map<number, Waiting>();
  const receivers = new Map<string, ((data: unknown) => void)[]>();
  let next = 1;
  let closed: Error | undefined;

  /** The call is over, however it ended. */
  const settle = (id: number): Waiting | undefined => {
    const call = waiting.get(id);
    waiting.delete(id);
    call?.release();
    return call;
  };

  const listening = port.listen((message) => {
    const parsed = v.safeParse(envelope, message);
    if (!parsed.success) return;
    const received = parsed.output;
    if (received.kind === "event") {
      const schema = own(contract.events, received.name);
      const data = schema && v.safeParse(schema, received.data);
      if (data?.success) for (const receive of receivers.get(received.name) ?? []) receive(data.output);
      return;
    }
    if (received.kind === "call" || received.kind === "cancel") return;
    const call = waiting.get(received.id);
    if (!call) return;
    if (received.kind === "progress") return call.onProgress?.({ done: received.done, total: received.total });
    settle(received.id);
    if (received.kind === "result") {
      const result = v.safeParse(call.method.result, received.value);
      if (result.success) call.resolve(result.output);
      else call.reject(new Error(`An answer had the wrong shape: ${describeIssues(result.issues)}`));
    } else if (received.stack) {
      call.reject(Object.assign(new Error(received.message), { stack: received.stack }));
    } else {
      call.reject(new Refusal(received.message, received.column));
    }
  });

  const send = (name: string, found: Method, args: unknown, options: CallOptions): Promise<unknown> => {
    if (closed) return Promise.reject(closed);
    if (options.signal?.aborted) return Promise.reject(new Refusal("Cancelled."));
    const id = next++;
    const { signal, onProgress, transfer } = options;
    return new Promise((resolve, reject) => {
      const cancel = (): void => port.post({ kind: "cancel", id } satisfies Envelope);
      const release = (): void => signal?.removeEventListener("abort", cancel);
      waiting.set(id, { method: found, resolve, reject, onProgress, release });
      signal?.addEventListener("abort", cancel);
      try {
        port.post({ kind: "call", id, method: name, args } satisfies Envelope, transfer);
      } catch (error) {
        // What cannot be cloned never left.
        settle(id);
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  };
  const call = Object.fromEntries(
    Object.entries(contract.methods).map(([name, found]) => [
      name,
      (args: unknown, options: CallOptions = {}) => send(name, found, args, options),
    ]),
  ) as Client<C>;

  return {
    call,
    on: (name, receive) => {
      receivers.set(name, [...(receivers.get(name) ?? []), receive]);
    },
    dispose: (reason = new Refusal("MISP Stream is shutting down.")) => {
      closed = reason;
      listening.dispose();
      for (const id of [...waiting.keys()]) settle(id)?.reject(reason);
    },
  };
}
