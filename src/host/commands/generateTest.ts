import * as path from "node:path";
import * as vscode from "vscode";
import * as v from "valibot";
import { frameworks, stemOf } from "../../core/stubs/stubs";
import type { StubFixture } from "../../core/stubs/stub";
import { Refusal } from "../../protocol/rpc";
import { command, type Chosen, type Command } from "./command";
import { captureOf, type CommandContext } from "./context";
import { askExport } from "./exportDialogs";
import { askFixture } from "./fixtureChoice";
import { absolute, showUnsaved, writeFile } from "./writtenFile";

const { t } = vscode.l10n;

const FORM = "jsonl";

/** A test that feeds a fixture to an integration. */
export const generateTestCommands = (context: CommandContext): Command[] => [
  command({
    id: "mispStream.generateTest",
    args: v.object({
      capture: v.optional(v.string()),
      /** Default: the file of the capture. */
      fixture: v.optional(v.string()),
      framework: v.picklist(frameworks.map(({ name }) => name)),
      /** Default: none, an unsaved document beside the fixture. */
      path: v.optional(v.string()),
    }),
    ask: async (chosen) => {
      const rows = frameworks.map(({ name, title: label, detail: description }) => ({ label, description, name }));
      const answer = await vscode.window.showQuickPick(rows, {
        title: t("Generate a test"),
        placeHolder: t("It sends a fixture to your integration, with no MISP at hand"),
      });
      const fixture = answer && (await askJsonl(context, chosen));
      return fixture === undefined ? undefined : { fixture, framework: answer?.name ?? "pytest" };
    },
    run: async ({ capture, fixture: named, framework: name, path: target }) => {
      const framework = frameworks.find((each) => each.name === name) ?? frameworks[0];
      const file = absolute(named ?? fileOf(context, captureOf(context, capture)));
      const place = target === undefined ? undefined : absolute(target);
      const wanted = place ?? path.join(path.dirname(file), framework.fileName(stemOf(file)));
      const from = path.relative(path.dirname(wanted), file).replaceAll("\\", "/");
      const { language } = framework;
      const text = framework.write({ path: from, ...(await insideOf(context, file)) });
      if (place === undefined) await showUnsaved(wanted, { text, language });
      else await writeFile(place, { text, language }, false);
      return { text, ...(place === undefined ? {} : { path: place }) };
    },
  }),
];

/** How many messages a fixture holds and what its first is about. */
async function insideOf(context: CommandContext, file: string): Promise<Omit<StubFixture, "path">> {
  const { capture, messages: rows } = await context.captures.openFile(file);
  const { origin } = context.captures.get(capture) ?? {};
  if (origin?.fileForm !== FORM)
    throw new Refusal(`A test reads one JSON line a message, and ${file} is written otherwise. Export it as ${FORM}.`);
  const engine = context.engine();
  const at = context.now();
  const { messages, last } = await engine.replaySpan({ capture, at });
  if (messages === 0) throw new Refusal(`${file} holds no message, so there is nothing to test with.`);
  if (messages < rows)
    throw new Refusal(`${rows - messages} lines of ${file} are no messages. Correct or delete them first.`);
  const { seqs } = await engine.replayBatch({ capture, at, upTo: last, maxBytes: 1 });
  const { topic } = await engine.message({ capture, seq: seqs[0] ?? last });
  return { messages, firstTopic: topic };
}

function fileOf({ captures }: CommandContext, id: string): string {
  const capture = captures.get(id);
  if (capture?.file) return capture.file.path;
  throw new Refusal(
    `${capture?.origin.name ?? id} is no file yet. Export it as ${FORM} first, and generate the test from that.`,
  );
}

/** The chosen capture's file; of a live capture one is exported first. */
async function askJsonl(context: CommandContext, chosen: Chosen): Promise<string | undefined> {
  const capture = chosen.node ? context.captures.get(captureOf(context, undefined, chosen)) : undefined;
  if (!capture) return askFixture(context, t("Generate a test"), t("Which fixture does it send?"));
  if (capture.file) return capture.file.path;
  const order = await askExport(context, capture, chosen);
  if (!order) return undefined;
  if (order.format !== FORM) throw new Refusal(`A test reads one JSON line a message: export it as ${FORM}.`);
  await vscode.commands.executeCommand("mispStream.export", order);
  return order.path;
}
