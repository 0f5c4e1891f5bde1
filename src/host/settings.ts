import * as vscode from "vscode";
import type { CaptureSettings } from "./capture";
import { filtersIn, withFilter, withoutFilter, type SavedFilter } from "./savedFilters";
import type { TimeStyle } from "./time";

const MIB = 1024 * 1024;

/** The user's settings, read when asked. Those a workspace must not decide have application scope in package.json. */
export class Settings implements CaptureSettings {
  get journalMaxBytes(): number {
    return Math.max(16 * MIB, Math.floor(this.#get("journal.maxBytes", 1024 * MIB)));
  }
  get inFlightMaxBytes(): number {
    return Math.max(4 * MIB, Math.floor(this.#get("inFlight.maxBytes", 512 * MIB)));
  }
  get quietAfter(): number {
    return Math.max(1, this.#get("quietAfter", 30));
  }
  get connectOnStartup(): string {
    return this.#get("connectOnStartup", "");
  }
  /** Where fixtures are, from the workspace's folder; empty: there. */
  get fixturesFolder(): string {
    return this.#get("fixtures.folder", "");
  }
  /** In milliseconds. */
  get keepJournalsMs(): number {
    return Math.max(0, this.#get("keepJournals", 7)) * 24 * 3_600_000;
  }
  get singleKeys(): boolean {
    return this.#get("singleKeys", true);
  }
  get savedFilters(): readonly SavedFilter[] {
    return filtersIn(this.#read("savedFilters"));
  }
  get time(): TimeStyle {
    const style = this.#get("time", "local-relative");
    return { utc: style.startsWith("utc"), relative: style.endsWith("relative") };
  }

  async setTime({ utc, relative }: TimeStyle): Promise<void> {
    await this.#write("time", `${utc ? "utc" : "local"}${relative ? "-relative" : ""}`);
  }

  /** In the place of one of the same name. */
  async saveFilter(saved: SavedFilter): Promise<void> {
    await this.#write("savedFilters", withFilter(this.#read("savedFilters"), saved));
  }

  async deleteFilter(name: string): Promise<void> {
    await this.#write("savedFilters", withoutFilter(this.#read("savedFilters"), name));
  }

  onDidChange(listener: () => void): vscode.Disposable {
    return vscode.workspace.onDidChangeConfiguration(
      (change) => change.affectsConfiguration("mispStream") && listener(),
    );
  }

  #get<T>(name: string, otherwise: T): T {
    const value = this.#read(name);
    return typeof value === typeof otherwise ? (value as T) : otherwise;
  }

  #read(name: string): unknown {
    return vscode.workspace.getConfiguration("mispStream").get(name);
  }

  async #write(name: string, value: unknown): Promise<void> {
    await vscode.workspace.getConfiguration("mispStream").update(name, value, vscode.ConfigurationTarget.Global);
  }
}
