/** What the bench measured, as rows, and how they are printed and kept. */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import path from "node:path";

export interface Target {
  readonly bound: "most" | "least";
  readonly figure: number;
}
export const most = (figure: number): Target => ({ bound: "most", figure });
export const least = (figure: number): Target => ({ bound: "least", figure });

export interface Row {
  readonly what: string;
  /** Absent where it could not be measured; `note` says why. */
  readonly figure?: number | undefined;
  readonly unit: string;
  readonly target?: Target | undefined;
  /** What the figure is the median of, where there were rounds. */
  readonly samples?: readonly number[];
  readonly note?: string | undefined;
}

export interface Section {
  readonly name: string;
  readonly rows: readonly Row[];
}

export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** The least of the samples that `part` (0 to 1) of them do not exceed. */
export function percentile(samples: readonly number[], part: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? NaN;
}

/** A row whose figure is the median of its samples; without any it was not measured. */
export function medianRow(what: string, unit: string, samples: readonly number[], more: Partial<Row> = {}): Row {
  return { what, unit, ...more, ...(samples.length > 0 && { figure: median(samples), samples }) };
}

export const holds = ({ figure, target }: Row): boolean | undefined =>
  figure === undefined || target === undefined
    ? undefined
    : target.bound === "most"
      ? figure <= target.figure
      : figure >= target.figure;

/** Three figures that mean something. */
function figureText(figure: number): string {
  if (Math.abs(figure) >= 100) return Math.round(figure).toLocaleString("en");
  return String(Number(figure.toPrecision(3)));
}

function cells(row: Row): string[] {
  const verdict = holds(row);
  return [
    row.what,
    row.figure === undefined ? "not measured" : figureText(row.figure),
    row.unit,
    row.target ? `${row.target.bound === "most" ? "≤" : "≥"} ${figureText(row.target.figure)}` : "",
    verdict === undefined ? "" : verdict ? "holds" : "MISSED",
    row.note ?? "",
  ];
}

/** A table of one section, columns aligned. */
export function table({ name, rows }: Section): string {
  const lines = [["what", "figure", "unit", "target", "", "note"], ...rows.map(cells)];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length))) ?? [];
  const text = (line: string[]): string =>
    line
      .map((cell, column) => (column === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  return [`\n== ${name}`, ...lines.map(text)].join("\n");
}

/** Writes all of it into `folder`, named by the date; the path. */
export function writeJson(folder: string, sections: readonly Section[], quick: boolean): string {
  const at = new Date().toISOString();
  const file = path.join(folder, `${at.replaceAll(/[:.]/g, "-")}.json`);
  const machine = {
    node: process.version,
    system: `${process.platform}-${process.arch} ${release()}`,
    cpu: cpus()[0]?.model ?? "",
    cores: cpus().length,
    memoryBytes: totalmem(),
  };
  const judged = sections.map(({ name, rows }) => ({ name, rows: rows.map((row) => ({ ...row, holds: holds(row) })) }));
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify({ at, quick, machine, sections: judged }, null, 2)}\n`);
  return file;
}
