import { existsSync } from "node:fs";
import * as path from "node:path";
import type { CaptureOrigin, EngineCapture, KeptCapture } from "../protocol/engine";
import type { CapturesContext } from "./capture";
import type { LiveFeed } from "./liveFeed";

/** The folders that hold the captures' journals, one each, of all windows. */
export class Journals {
  constructor(private readonly context: CapturesContext) {}

  has(id: string): boolean {
    return existsSync(this.#directoryOf(id));
  }

  /** Every one that is there, by its id; opens none. */
  async kept(): Promise<ReadonlyMap<string, KeptCapture>> {
    const { directory, engine } = this.context;
    const kept = existsSync(directory) ? await engine().kept({ directory }) : [];
    return new Map(kept.map((capture) => [capture.id, capture]));
  }

  /** Opens that of `live`, or makes it, and tells it how far it is read. */
  async open(live: LiveFeed, origin?: CaptureOrigin): Promise<EngineCapture> {
    const { id } = live;
    const { workspace, settings, engine } = this.context;
    const maxBytes = settings().journalMaxBytes;
    const asked = { id, directory: this.#directoryOf(id), maxBytes, workspace, ...(origin && { origin }) };
    try {
      const opened = await engine().open(asked, { onProgress: (progress) => live.tellReading(progress) });
      live.trouble = undefined;
      return opened;
    } finally {
      live.tellReading(undefined);
    }
  }

  /** Deletes those that no window uses and that were last written before `before`; how many. */
  async prune(before: number): Promise<number> {
    const { directory, engine } = this.context;
    return existsSync(directory) ? (await engine().prune({ directory, before })).deleted : 0;
  }

  #directoryOf(id: string): string {
    return path.join(this.context.directory, id);
  }
}
