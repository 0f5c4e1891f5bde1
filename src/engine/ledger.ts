import type { LossEntry, LossKind, LossLedger } from "../protocol/losses";

const MAX_ENTRIES = 1_000;
/** Losses of one kind with no longer pause between them are one entry: a flood evicts a segment many times a second. */
const PAUSE_MS = 10_000;

type Absence = Extract<LossKind, "lost" | "left" | "closed" | "crashed">;
type Lost = Exclude<LossKind, Absence | "restarted">;
const absences: ReadonlySet<LossKind> = new Set<Absence>(["lost", "left", "closed", "crashed"]);

/** Enters losses in the ledger it is given, which stays bounded. Times in milliseconds since 1970. */
export class Ledger {
  readonly #kept: LossLedger;

  constructor(kept: LossLedger) {
    this.#kept = kept;
  }

  /** Messages that are gone; 0 where their number is unknown. */
  lose(kind: Lost, messages: number, at: number, reason?: string): void {
    const last = this.#kept.entries.findLast((entry) => entry.kind === kind);
    if (last && last.reason === reason && Math.abs(at - (last.to ?? last.from)) <= PAUSE_MS) {
      last.messages = (last.messages ?? 0) + messages;
      if (at > last.from) last.to = at;
      return;
    }
    this.#enter({ kind, from: at, messages, ...(reason === undefined ? {} : { reason }) });
  }

  /** Nothing is received from now on. False where that was so already. */
  leave(kind: Absence, at: number): boolean {
    if (this.#absence) return false;
    this.#enter({ kind, from: at });
    return true;
  }

  /** The feed is up again, or for the first time. */
  return(at: number): void {
    const absence = this.#absence;
    if (absence) absence.to = Math.max(at, absence.from);
  }

  restarted(before: number, after: number, at: number): void {
    this.#enter({ kind: "restarted", from: at, uptime: { before, after } });
  }

  get #absence(): LossEntry | undefined {
    return this.#kept.entries.findLast(({ kind, to }) => absences.has(kind) && to === undefined);
  }

  #enter(entry: LossEntry): void {
    const { entries, older } = this.#kept;
    entries.push(entry);
    while (entries.length > MAX_ENTRIES) {
      // An absence that lasts is still to be closed.
      const [oldest] = entries.splice(entries[0] === this.#absence ? 1 : 0, 1);
      if (!oldest) return;
      let sum = older.find(({ kind }) => kind === oldest.kind);
      if (!sum) older.push((sum = { kind: oldest.kind, entries: 0, messages: 0 }));
      sum.entries += 1;
      sum.messages += oldest.messages ?? 0;
    }
  }
}
