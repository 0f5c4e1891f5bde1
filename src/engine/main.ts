import { parentPort } from "node:worker_threads";
import { engineContract } from "../protocol/engine";
import { serve, type Port } from "../protocol/rpc";
import { createEngine } from "./engine";

if (!parentPort) throw new Error("The engine is to be started as a worker.");
const parent = parentPort;
const port: Port = {
  post: (message, transfer = []) => parent.postMessage(message, [...transfer]),
  listen: (receive) => {
    parent.on("message", receive);
    return { dispose: () => parent.off("message", receive) };
  },
};
const handlers = createEngine({ now: Date.now, onChanged: () => server.emit("changed", {}), alone: true });
const server = serve(port, engineContract, handlers);
