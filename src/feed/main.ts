import { parentPort } from "node:worker_threads";
import { portOf, type ChannelEnd } from "../protocol/channel";
import { appendContract } from "../protocol/engine";
import { receiverContract, type Subscriber } from "../protocol/feed";
import { Refusal, connect, serve } from "../protocol/rpc";
import { FeedReceiver } from "./receiver";

if (!parentPort) throw new Error("The receiver is to be started as a worker.");
const receiver = new FeedReceiver();
const open = new Map<number, { readonly subscriber: Subscriber; readonly engine: ChannelEnd }>();

const server = serve(portOf(parentPort), receiverContract, {
  subscribe: ({ id, capture, engine, ...subscription }) => {
    const appends = connect(portOf(engine), appendContract);
    engine.once("close", () => appends.dispose(new Refusal("The engine ended.")));
    const subscriber = receiver.subscribe({
      ...subscription,
      append: (batch) => appends.call.append({ capture, ...batch }, { transfer: [batch.table, batch.frames] }),
      onOverflow: (messages) => server.emit("overflow", { id, messages }),
      onState: (connection) => server.emit("state", { id, connection }),
    });
    open.set(id, { subscriber, engine });
    subscriber.start();
    return {};
  },
  retry: ({ id, credentials }) => {
    open.get(id)?.subscriber.retry(credentials);
    return {};
  },
  setQuietAfter: ({ id, seconds }) => {
    open.get(id)?.subscriber.setQuietAfter(seconds);
    return {};
  },
  unsubscribe: async ({ id }) => {
    const { subscriber, engine } = open.get(id) ?? {};
    await subscriber?.stop();
    engine?.close();
    open.delete(id);
    return {};
  },
  diagnose: ({ id, ...target }, { signal }) =>
    receiver.diagnose(target, (step) => server.emit("step", { id, step }), signal),
  ping: () => ({}),
  shutdown: async () => {
    await receiver.stop();
    return {};
  },
});
