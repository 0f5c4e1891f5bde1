import { parentPort } from "node:worker_threads";
import { portOf } from "../protocol/channel";
import { engineContract } from "../protocol/engine";
import { serve } from "../protocol/rpc";
import { createEngine } from "./engine";

if (!parentPort) throw new Error("The engine is to be started as a worker.");
const handlers = createEngine({ now: Date.now, onChanged: () => server.emit("changed", {}), alone: true });
const server = serve(portOf(parentPort), engineContract, handlers);
