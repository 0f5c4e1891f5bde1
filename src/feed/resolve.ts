import { lookup } from "node:dns/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { Endpoint } from "../core/endpoint";

const RESOLVE_MS = 4_000;

/** A numeric address to connect to. */
export interface Target {
  host: string;
  port: number;
}

/**
 * The addresses of the endpoint's host, IPv4 first as `localhost` usually means it; none where the name is unknown or no
 * answer comes in 4 s.
 */
export async function resolveTargets({ host, port }: Endpoint, signal: AbortSignal): Promise<Target[]> {
  const answer = lookup(host, { all: true, order: "ipv4first" }).catch(() => []);
  const late = delay(RESOLVE_MS, [], { signal, ref: false }).catch(() => []);
  const addresses = await Promise.race([answer, late]);
  return addresses.map(({ address }) => ({ host: address, port }));
}
