import { parentPort, workerData } from "node:worker_threads";
import * as v from "valibot";
import { typeOrder } from "../../protocol/outlines";
import { generateTypes } from "./generate";

if (!parentPort) throw new Error("The generator is to be started as a worker.");
const port = parentPort;
void generateTypes(v.parse(typeOrder, workerData)).then((text) => port.postMessage(text));
