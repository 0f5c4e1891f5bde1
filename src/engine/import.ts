import { closeSync, fstatSync, openSync, readSync, readdirSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { Found } from "../core/fixture/documents";
import { INDEX, folderFormOf, folderReaders, fromIndexLine, inOrder, type FolderForm } from "../core/fixture/folders";
import { BARE_FRAMES } from "../core/fixture/forms";
import { splitLine } from "../core/fixture/jsonl";
import { BEGINNING_BYTES, byteOrderMark, fileReaders, formOf, type FileForm } from "../core/fixture/readers";
import { KEPT_BYTES, MOST_BYTES } from "../core/fixture/splitter";
import { LineSplitter } from "../core/fixture/splitLines";
import { isSpace } from "../core/json/scan";
import { Refusal, type Call } from "../protocol/rpc";
import type { Capture } from "./capture";
import { Packing } from "./importPacking";
import { slice, turn } from "./pace";
import { isRefusedByDisk, reasonOf } from "./reasons";

const READ_BYTES = 1 << 20;
const MAX_FAULTS = 100;

/** What was read, and which lines are no messages: how many, and the first 100 with the reason. */
export interface Imported {
  form: FileForm | FolderForm | typeof BARE_FRAMES;
  messages: number;
  faulty: number;
  faults: { line: number; why: string }[];
}

/**
 * Reads a fixture, a file or a folder, into a capture in place of what it holds. What is no message becomes a row with
 * its line. Refused, with the capture as it was, where it is no fixture or cannot be read. Progress in bytes.
 */
export async function importFixture(capture: Capture, path: string, call: Call): Promise<Imported> {
  if (!isAbsolute(path)) throw new Refusal(`The path "${path.slice(0, 256)}" is not absolute.`);
  const isFolder = attempt(path, () => statSync(path).isDirectory());
  return isFolder ? importFolder(capture, path, call) : importFile(capture, path, call);
}

async function importFile(capture: Capture, path: string, call: Call): Promise<Imported> {
  const file = attempt(path, () => openSync(path, "r"));
  try {
    const { size, mtimeMs } = attempt(path, () => fstatSync(file));
    const block = Buffer.allocUnsafeSlow(READ_BYTES);
    const fill = (at: number): number => attempt(path, () => readSync(file, block, 0, READ_BYTES, at));
    let read = fill(0);
    const form = formOf(block.subarray(0, Math.min(read, BEGINNING_BYTES)), size <= BEGINNING_BYTES);
    if (form instanceof Error) throw new Refusal(`${path} cannot be opened. ${form.message}`);
    const reading = new Reading(capture, form, () => mtimeMs);
    const splitter = reading.split();
    capture.empty();
    let done = 0;
    for (let until = slice(); read > 0; read = fill(done)) {
      splitter.push(block.subarray(done === 0 ? byteOrderMark(block) : 0, read));
      done += read;
      if (performance.now() < until) continue;
      await turnOf(capture, call, { done, total: Math.max(done, size) });
      until = slice();
    }
    splitter.end();
    return reading.end();
  } finally {
    closeSync(file);
  }
}

async function importFolder(capture: Capture, path: string, call: Call): Promise<Imported> {
  const names = attempt(path, () => readdirSync(path, { withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
  const form = folderFormOf(names);
  if (form instanceof Error) throw new Refusal(`${path} cannot be opened. ${form.message}`);
  const reader = folderReaders[form];
  const block = Buffer.allocUnsafeSlow(READ_BYTES);
  let time = 0;
  const isBare = form === "frames" && !names.includes(INDEX);
  const reading = new Reading(capture, isBare ? BARE_FRAMES : form, () => time);
  capture.empty();
  const listed = names.includes(INDEX) ? indexOf(join(path, INDEX), reading) : [];
  const told = new Set(listed.map(({ file }) => file));
  // What the index does not name is there all the same, behind the others.
  const others = inOrder(names.filter((name) => reader.isMessage(name) && !told.has(name)));
  const all = [...listed, ...others.map((file) => ({ file, line: 0, furtherParts: [], receivedAt: undefined }))];
  let until = slice();
  for (const [place, { file: name, line, furtherParts, receivedAt }] of all.entries()) {
    try {
      const { content, mtimeMs, isCut } = contentOf(join(path, name), block);
      time = receivedAt ?? mtimeMs;
      if (isCut) reading.fault(content, line || place + 1, `${name} is longer than 256 MB; this is its beginning.`);
      else reading.found({ ...reader.read(name, content), furtherParts, receivedAt: time });
    } catch (error) {
      if (!isRefusedByDisk(error)) throw error;
      const why = (error as NodeJS.ErrnoException).code === "ENOENT" ? "it does not exist" : reasonOf(error);
      reading.fault(Buffer.from(name), line || place + 1, `${name} cannot be read: ${why}.`);
    }
    if (performance.now() < until) continue;
    await turnOf(capture, call, { done: place + 1, total: all.length });
    until = slice();
  }
  return reading.end();
}

/** What stands in a file, in `room` where it fits; of what is longer than any message its beginning. */
function contentOf(path: string, room: Buffer): { content: Buffer; mtimeMs: number; isCut: boolean } {
  const file = openSync(path, "r");
  try {
    const { size, mtimeMs } = fstatSync(file);
    const isCut = size > MOST_BYTES;
    const wanted = isCut ? KEPT_BYTES : size;
    const into = wanted > room.length ? Buffer.allocUnsafeSlow(wanted) : room;
    let length = 0;
    for (let read = -1; read !== 0 && length < wanted; length += read)
      read = readSync(file, into, length, wanted - length, length);
    return { content: into.subarray(0, length), mtimeMs, isCut };
  } finally {
    closeSync(file);
  }
}

type Listed = Exclude<ReturnType<typeof fromIndexLine>, Error> & { line: number };

function indexOf(path: string, reading: Reading): Listed[] {
  const listed: Listed[] = [];
  const splitter = new LineSplitter((bytes, line) => {
    if (isBlank(bytes)) return;
    const entry = fromIndexLine(bytes);
    if (entry instanceof Error) reading.fault(bytes, line, entry.message);
    else listed.push({ ...entry, line });
  });
  const file = attempt(path, () => openSync(path, "r"));
  try {
    const block = Buffer.allocUnsafeSlow(READ_BYTES);
    for (let done = 0, read = -1; read !== 0; done += read) {
      read = attempt(path, () => readSync(file, block, 0, READ_BYTES, done));
      splitter.push(block.subarray(done === 0 ? byteOrderMark(block) : 0, read));
    }
    splitter.end();
  } finally {
    closeSync(file);
  }
  return listed;
}

const isBlank = (bytes: Uint8Array): boolean => isSpace(bytes[0] ?? 0x20) && bytes.every(isSpace);

/** One fixture on its way into a capture. */
class Reading {
  readonly #packing: Packing;
  readonly #imported: Imported;

  /** `time`: of what came without one. */
  constructor(capture: Capture, form: Imported["form"], time: () => number) {
    this.#packing = new Packing(capture, time);
    this.#imported = { form, messages: 0, faulty: 0, faults: [] };
  }

  /** Takes a file's bytes in the form it has. */
  split(): { push(piece: Uint8Array): void; end(): void } {
    const reader = fileReaders[this.#imported.form as FileForm];
    return reader.split((bytes, line, isCut) => {
      if (isBlank(bytes)) return;
      if (isCut) return this.fault(bytes, line, "It is longer than 256 MB; this is its beginning.");
      const verbatim = reader.isEnvelope ? splitLine(bytes) : undefined;
      if (verbatim && this.#packing.takeVerbatim(verbatim)) return void (this.#imported.messages += 1);
      const found: Found | Error = reader.read(bytes);
      if (found instanceof Error) this.fault(bytes, line, found.message);
      else this.found(found);
    });
  }

  found(message: Found): void {
    this.#packing.take(message);
    this.#imported.messages += 1;
  }

  fault(bytes: Uint8Array, line: number, why: string): void {
    this.#packing.takeFaulty(bytes, { line, why });
    if (++this.#imported.faulty <= MAX_FAULTS) this.#imported.faults.push({ line, why });
  }

  end(): Imported {
    this.#packing.flush();
    return this.#imported;
  }
}

async function turnOf(capture: Capture, call: Call, progress: { done: number; total: number }): Promise<void> {
  call.progress(progress);
  await turn();
  if (call.signal.aborted) throw new Refusal("Cancelled.");
  if (capture.closed) throw new Refusal("The capture was closed before the file was read.");
}

function attempt<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!isRefusedByDisk(error)) throw error;
    const why = (error as NodeJS.ErrnoException).code === "ENOENT" ? "it does not exist" : reasonOf(error);
    throw new Refusal(`${path} cannot be read: ${why}.`);
  }
}
