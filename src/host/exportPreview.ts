/** What a person is told before an export, and asked where something sensitive would leave as it is. */
import type { ProfileName } from "../core/redact/profiles";
import { sizeText } from "../core/quantity";
import { topicOf } from "../core/topics";
import type { Translate } from "../core/translate";
import type { ExportPreview } from "../protocol/export";
import { messages, number, plain } from "./labels";

export interface PreviewLine {
  readonly label: string;
  readonly description: string;
}

export interface PreviewPart {
  readonly title: string;
  readonly lines: readonly PreviewLine[];
}

const MOST_TOPICS = 8;

/** In the order a person asks: what, what is in it, what redaction does to it. A part without a line is left out. */
export function previewParts(preview: ExportPreview, redacts: boolean, t: Translate): PreviewPart[] {
  const { topics, sensitive, redactions } = preview;
  const shown = topics.slice(0, MOST_TOPICS).map((each) => ({
    label: plain(topicOf(each.topic).short) || t("(no topic)"),
    description: messages(each.messages),
  }));
  const others = topics.slice(MOST_TOPICS).reduce((sum, each) => sum + each.messages, 0);
  const rest = { label: t("{0} other topics", number(topics.length - MOST_TOPICS)), description: messages(others) };
  const changes = redactions.map(({ kind, values, occurrences }) => ({
    label: kind,
    description: t("{0} different, replaced {1} times", number(values), number(occurrences)),
  }));
  const nothing = { label: t("Nothing to replace was found"), description: "" };
  return [
    {
      title: t("Will be written: {0}, {1}", messages(preview.messages), sizeText(preview.bytes)),
      lines: others > 0 ? [...shown, rest] : shown,
    },
    {
      title: t("Sensitive"),
      lines: kinds
        .filter(({ name }) => sensitive[name] > 0)
        .map(({ name, title }) => ({ label: title(t), description: messages(sensitive[name]) })),
    },
    { title: t("Redaction"), lines: redacts && changes.length === 0 ? [nothing] : changes },
  ].filter(({ lines }) => lines.length > 0);
}

interface Kind {
  readonly name: keyof ExportPreview["sensitive"];
  readonly title: (t: Translate) => string;
  /** So many messages, as the question names them. */
  readonly asked: (t: Translate, count: string) => string;
  /** With all of these redacted nobody is asked. */
  readonly profiles: readonly ProfileName[];
}

const everything = ["secrets", "people", "organisations", "indicators"] as const;
const kinds: readonly Kind[] = [
  {
    name: "tlpRed",
    title: (t) => t("Marked TLP:RED"),
    asked: (t, count) => t("{0} marked TLP:RED", count),
    profiles: everything,
  },
  {
    name: "yourOrganisationOnly",
    title: (t) => t("Your organisation only"),
    asked: (t, count) => t("{0} for your organisation only", count),
    profiles: everything,
  },
  {
    name: "userData",
    title: (t) => t("User data"),
    asked: (t, count) => t("{0} with user data", count),
    profiles: ["people"],
  },
  {
    name: "secrets",
    title: (t) => t("Keys, passwords, certificates"),
    asked: (t, count) => t("{0} with secrets", count),
    profiles: ["secrets"],
  },
];

export interface Gate {
  readonly question: string;
  /** What would have to be redacted for nobody to be asked. */
  readonly profiles: readonly ProfileName[];
}

/** What a person is asked before these messages leave with no more than `chosen` redacted; undefined: nothing. */
export function gateOf(
  sensitive: ExportPreview["sensitive"],
  chosen: readonly ProfileName[],
  t: Translate,
): Gate | undefined {
  const open = kinds.filter(
    ({ name, profiles }) => sensitive[name] > 0 && !profiles.every((profile) => chosen.includes(profile)),
  );
  if (open.length === 0) return undefined;
  const parts = open.map(({ name, asked }) => asked(t, messages(sensitive[name])));
  return {
    question: t("Export {0}?", parts.join(", ")),
    profiles: [...new Set([...chosen, ...open.flatMap(({ profiles }) => profiles)])],
  };
}
