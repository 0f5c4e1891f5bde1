import { unwatchFile, watchFile } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { hasTimes } from "../core/fixture/forms";
import type { Disposable } from "../core/disposable";
import { Refusal, type CallOptions, type Progress } from "../protocol/rpc";
import { messageOf, type CapturesContext, type FileView } from "./capture";
import type { LiveFeed } from "./liveFeed";

const LOOK_EVERY_MS = 2_000; // a look costs a system call

interface Watched {
  readonly path: string;
  readonly look: () => void;
  /** What stands there now; undefined where nothing does. */
  found?: string | undefined;
}

interface Reading {
  done: Promise<void>;
  /** Absent until it is known that there is something to read. */
  progress?: Progress;
}

/** The files and folders that captures were read from: reads them, and tells what became of them since. Touches none. */
export class FixtureFiles implements Disposable {
  readonly #watched = new Map<string, Watched>();
  /** Those that are being read. */
  readonly #reading = new Map<string, Reading>();

  constructor(
    private readonly context: Pick<CapturesContext, "engine" | "log">,
    private readonly onChange: () => void,
  ) {}

  /** Looks now and then at the file of `live`, if it has one. */
  watch(live: LiveFeed): void {
    const { id } = live;
    const { file: path } = live.origin;
    if (path === undefined) return;
    const look = (): void => void this.#look(id).catch(() => undefined); // It was closed meanwhile.
    const watched: Watched = { path, look, found: live.origin.fileStamp };
    this.#watched.set(id, watched);
    watchFile(path, { interval: LOOK_EVERY_MS, persistent: false }, watched.look);
    watched.look();
  }

  forget(id: string): void {
    const watched = this.#watched.get(id);
    if (watched) unwatchFile(watched.path, watched.look);
    this.#watched.delete(id);
  }

  dispose(): void {
    for (const id of [...this.#watched.keys()]) this.forget(id);
  }

  viewOf({ id, origin }: LiveFeed): FileView | undefined {
    const watched = this.#watched.get(id);
    if (!watched) return undefined;
    const { found } = watched;
    const kept = { path: watched.path, hasTimes: hasTimes(origin.fileForm) };
    const progress = this.#reading.get(id)?.progress;
    if (progress) return { ...kept, reading: progress };
    if (found === undefined) return { ...kept, stale: "gone" };
    if (origin.fileStamp === undefined) return { ...kept, stale: "unfinished" };
    return { ...kept, ...(found === origin.fileStamp ? {} : { stale: "changed" }) };
  }

  /** Reads the file into its capture unless that holds what stands there; two who ask at once wait for one reading. */
  read(live: LiveFeed, options: CallOptions): Promise<void> {
    const { id } = live;
    const begun = this.#reading.get(id);
    if (begun) return begun.done;
    const reading: Reading = { done: Promise.resolve() };
    this.#reading.set(id, reading);
    reading.done = this.#read(live, reading, options).finally(() => {
      this.#reading.delete(id);
      this.onChange();
    });
    return reading.done;
  }

  async #read(live: LiveFeed, reading: Reading, { signal, onProgress }: CallOptions): Promise<void> {
    const { id } = live;
    const stamp = await this.#look(id);
    const { fileStamp, ...origin } = live.origin;
    if (stamp !== undefined && stamp === fileStamp) return;
    const engine = this.context.engine();
    const describe = async (described: LiveFeed["origin"]): Promise<void> => {
      live.origin = described;
      await engine.describe({ capture: id, origin: described });
    };
    const tell = (progress: Progress): void => {
      reading.progress = progress;
      onProgress?.(progress);
      this.onChange();
    };
    tell({ done: 0, total: 0 });
    await describe(origin);
    const { file: path = "" } = origin;
    const read = await engine.import({ capture: id, path }, { ...(signal && { signal }), onProgress: tell });
    this.context.log.info(`${path}: ${read.messages} messages read, ${read.faulty} faulty lines.`);
    if (stamp !== undefined) await describe({ ...origin, fileForm: read.form, fileStamp: stamp });
  }

  /** What stands there now. */
  async #look(id: string): Promise<string | undefined> {
    const watched = this.#watched.get(id);
    if (!watched) throw new Refusal("The capture was closed before its file was read.");
    const found = await stampOf(watched.path).catch((error: unknown) => {
      this.context.log.debug(messageOf(error));
      return undefined;
    });
    if (found !== watched.found) {
      watched.found = found;
      this.onChange();
    }
    return found;
  }
}

/** Changes when a file is written, and when one is put into a folder or taken from it. */
async function stampOf(path: string): Promise<string> {
  const found = await stat(path);
  const extent = found.isDirectory() ? `${(await readdir(path)).length} files` : found.size;
  return `${extent}, ${found.mtimeMs}`;
}
