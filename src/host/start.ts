import type { DisposableStore } from "../core/disposable";
import { messageOf, type CaptureView } from "./capture";
import type { Captures } from "./captures";
import type { FilterState } from "./filterState";
import type { Log } from "./log";
import type { EngineContract } from "../protocol/engine";
import type { Settings } from "./settings";
import type { Translate } from "../core/translate";
import type { Ending, WorkerThread } from "./workerThread";

interface Parts {
  readonly captures: Captures;
  readonly worker: WorkerThread<EngineContract>;
  readonly filter: FilterState;
  readonly settings: Settings;
  readonly log: Log;
  /** Tells a person what they would else only find in the log. */
  readonly warn: (message: string) => void;
  /** Shows a person a capture that was left behind. */
  readonly offer: (capture: CaptureView) => void;
  readonly store: DisposableStore;
  readonly t: Translate;
}

const told = (ending: Ending | "filtered", t: Translate): string =>
  ({
    filtered: t(
      "The engine of MISP Stream did not answer and was started again. The filter may be why and was removed. What was journaled is kept.",
    ),
    hung: t("The engine of MISP Stream did not answer and was started again. What was journaled is kept."),
    crashed: t("The engine of MISP Stream ended by itself and was started again. What was journaled is kept."),
  })[ending];

/** Wires what must tell each other, reopens what a reload closed, and connects where the user's settings say so. */
export async function start(parts: Parts): Promise<void> {
  const { captures, worker, filter, settings, log, warn, store, t } = parts;
  const recover = async (ending: Ending): Promise<void> => {
    const isSuspect = ending === "hung" && filter.text !== "";
    // What hung once would hang again.
    if (isSuspect) filter.forget();
    await captures.recover();
    await filter.restore();
    warn(told(isSuspect ? "filtered" : ending, t));
  };
  worker.on("changed", () => captures.touch());
  store.add(worker.onDidEnd((ending) => void recover(ending).catch((error: unknown) => warn(messageOf(error)))));
  store.add(settings.onDidChange(() => captures.setQuietAfter(settings.quietAfter)));
  let recovered: readonly string[] = [];
  try {
    recovered = await captures.restore();
    if ((await captures.current()).length > 0)
      filter.restore().catch((error: unknown) => log.warn(`The filter is not in force. ${messageOf(error)}`));
  } catch (error) {
    warn(t("The captures of this window were not reopened. {0}", messageOf(error)));
  }
  const endpoint = settings.connectOnStartup;
  if (endpoint)
    captures.connect({ endpoint }).catch((error: unknown) => {
      const message = `mispStream.connectOnStartup: ${messageOf(error)}`;
      // A listed capture tells its own state and goes on trying.
      if (captures.all.length > 0) log.warn(message);
      else warn(message);
    });
  offerLeft(parts, recovered).catch((error: unknown) => log.warn(messageOf(error)));
}

/** Offers what was not closed in order, and after the old ones are deleted, what no window had. Each once. */
async function offerLeft({ captures, settings, offer }: Parts, recovered: readonly string[]): Promise<void> {
  const offerAll = async (ids: readonly string[]): Promise<void> => {
    const all = ids.length === 0 ? [] : await captures.current();
    for (const capture of all) if (ids.includes(capture.id) && capture.messages > 0) offer(capture);
  };
  await offerAll(recovered);
  await captures.prune(settings.keepJournalsMs);
  await offerAll(await captures.findForgotten());
}
