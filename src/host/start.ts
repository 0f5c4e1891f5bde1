import type { DisposableStore } from "../core/disposable";
import { messageOf } from "./capture";
import type { Captures } from "./captures";
import type { EngineWorker } from "./engineWorker";
import type { Log } from "./log";
import type { Settings } from "./settings";
import type { CapturesTree } from "./tree/view";
import type { ViewFilter } from "./viewFilter";

interface Parts {
  readonly captures: Captures;
  readonly worker: EngineWorker;
  readonly filter: ViewFilter;
  readonly settings: Settings;
  readonly tree: CapturesTree;
  readonly log: Log;
  readonly store: DisposableStore;
}

/** Wires what must tell each other, reopens what a reload closed, and connects where the user's settings say so. */
export async function start({ captures, worker, filter, settings, tree, log, store }: Parts): Promise<void> {
  store.add(worker.onDidChange(() => captures.touch()));
  store.add(worker.onDidCrash(() => void captures.recover().catch((error: unknown) => log.error(messageOf(error)))));
  store.add(filter.onDidChange(() => tree.refresh()));
  store.add(
    settings.onDidChange(() => {
      captures.setQuietAfter(settings.quietAfter);
      tree.refresh();
    }),
  );
  try {
    await captures.restore();
    if ((await captures.current()).length > 0) await filter.restore();
  } catch (error) {
    log.error(`The captures of this window were not reopened. ${messageOf(error)}`);
  }
  const endpoint = settings.connectOnStartup;
  if (endpoint)
    captures
      .connect({ endpoint })
      .catch((error: unknown) => log.warn(`mispStream.connectOnStartup: ${messageOf(error)}`));
  captures.prune(settings.keepJournalsMs).catch((error: unknown) => log.warn(messageOf(error)));
}
