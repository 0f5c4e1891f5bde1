import { parseEndpoint } from "../core/endpoint";
import { credentialOptions, credentialsOf } from "./credentials";
import { filterOf } from "./filter";
import type { Followed } from "./follow";
import { flag, repeated, Usage, valued, type Values } from "./option";
import { duration, count, port, text } from "./read";
import type { Terminal } from "./terminal";

const HOST = "127.0.0.1";
const PORT = 50_000;

/** What `print` and `record` know of the feed, and of their end; -s -p -r -o are those of MISP's sub.py. */
export const feedOptions = {
  host: valued("HOST", text, `where MISP's publisher is, in place of ENDPOINT (default ${HOST})`, { short: "r" }),
  port: valued("PORT", port, `its port (default ${PORT})`, { short: "p" }),
  topic: repeated("TOPIC", text, "only this topic, by its exact name"),
  only: repeated("TOPIC", text, "the same, as sub.py calls it", { short: "o" }),
  filter: valued("FILTER", text, "only what passes, as in the editor: 'type:ip-dst to_ids:1'"),
  ...credentialOptions,
  retry: flag("wait for a publisher that is not there yet"),
  count: valued("N", count, "end after N messages"),
  for: valued("TIME", duration, "end after this time: 10s, 2m, 1h"),
  stats: flag("tell on standard error every 5 s how many messages came, by topic", { short: "s" }),
};

export function feedOf(values: Values<typeof feedOptions>, endpoint: string | undefined, terminal: Terminal): Followed {
  const { host, port, topic, only, filter, retry } = values;
  const isTwice = endpoint !== undefined && (host !== undefined || port !== undefined);
  if (isTwice) throw new Usage("The address is given twice. Give either ENDPOINT, or --host and --port.");
  const name = host ?? HOST;
  const written = name.includes(":") && !name.startsWith("[") ? `[${name}]` : name;
  const parsed = parseEndpoint(endpoint ?? `tcp://${written}:${port ?? PORT}`);
  if (parsed instanceof Error) throw new Usage(parsed.message);
  return {
    endpoint: parsed.text,
    topics: [...new Set([...topic, ...only])],
    credentials: credentialsOf(values, terminal),
    filter: filterOf(filter),
    retry,
  };
}
