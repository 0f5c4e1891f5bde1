import type { Publisher, XPublisher } from "zeromq";
import { parsePublisherEndpoint, type Endpoint } from "../core/endpoint";
import { Refusal } from "../protocol/rpc";
import { loadLibrary, type Library } from "./library";

/** What was sent before a stop has this long to leave, for a subscriber at a breakpoint, say; the port is free at once. */
const LINGER_MS = 30_000;

type Socket = Publisher | XPublisher;
/** What every publisher's socket is made with. */
export interface Bound {
  readonly linger: number;
  readonly ipv6: boolean;
}

/** A socket bound on loopback; a Refusal says why it cannot be. */
export async function bindSocket<S extends Socket>(
  where: string,
  make: (library: Library, options: Bound) => S | Promise<S>,
): Promise<S> {
  const endpoint = parsePublisherEndpoint(where);
  if (endpoint instanceof Error) throw new Refusal(endpoint.message);
  const socket = await make(await loadLibrary(), { linger: LINGER_MS, ipv6: endpoint.host.includes(":") });
  try {
    await socket.bind(endpoint.text);
  } catch (error) {
    socket.close();
    throw refusal(error, endpoint);
  }
  return socket;
}

const bindFaults: ReadonlyMap<unknown, string> = new Map([
  ["EADDRINUSE", "is in use. Stop what listens there, or choose another port; port * takes a free one."],
  ["EACCES", "may not be used by this user. Choose a port above 1023; port * takes a free one."],
  ["EADDRNOTAVAIL", "is no address of this machine. Use tcp://127.0.0.1:*."],
]);

function refusal(error: unknown, { address }: Endpoint): Refusal {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const why = bindFaults.get(code) ?? `cannot be used (${String(code)}). Choose another; port * takes a free one.`;
  return new Refusal(`${address} ${why}`);
}
