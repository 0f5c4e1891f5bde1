import * as v from "valibot";
import type * as vscode from "vscode";
import type { Credentials } from "../protocol/feed";

const stored = v.object({ username: v.string(), password: v.string() });
const keyOf = (endpoint: string): string => `mispStream.credentials:${endpoint}`;

/** Credentials a person agreed to keep, by endpoint; SecretStorage is the only place that holds them. */
export class Secrets {
  constructor(private readonly storage: vscode.SecretStorage) {}

  async get(endpoint: string): Promise<Credentials | undefined> {
    const text = await this.storage.get(keyOf(endpoint));
    if (text === undefined) return undefined;
    try {
      return v.parse(stored, JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  async set(endpoint: string, { username, password }: Credentials): Promise<void> {
    await this.storage.store(keyOf(endpoint), JSON.stringify({ username, password }));
  }

  async delete(endpoint: string): Promise<void> {
    await this.storage.delete(keyOf(endpoint));
  }
}
