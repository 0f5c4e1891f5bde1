import { bufferOf } from "../json/decode";
import { findFault } from "../json/reader";
import { SPACE, bodyOf } from "../message";

/** Bytes of a message that are read as one text. */
export interface Part {
  readonly bytes: Uint8Array;
  readonly isJson: boolean;
  /** They are not read, and stay as they are: a topic's name, the space behind it. */
  readonly isKept?: true;
  /** What they begin with and is a topic's name, with its space: it stays where all else is withheld. */
  readonly name?: Uint8Array | undefined;
}

/** A topic that can hold no more than a name. */
const isName = /^[^{}[\]"'@:=(),;<>%&?\\\s]*$/;
const isJson = (bytes: Uint8Array): boolean => findFault(bytes, 0, bytes.length) === undefined;
const partOf = (bytes: Uint8Array): Part => ({ bytes, isJson: isJson(bytes) });

/**
 * A frame is a topic and JSON, or all of it is one text: a line that is no message, JSON without a topic, of which the
 * first space parts nothing.
 */
export function partsOf(frame: Uint8Array): readonly Part[] {
  const space = frame.indexOf(SPACE);
  if (space < 0) return [partOf(frame)];
  const topic = frame.subarray(0, space);
  const isKept = isName.test(bufferOf(topic).toString("latin1")) ? ({ isKept: true } as const) : {};
  const body = bodyOf(frame);
  if (!isJson(body)) return [{ ...partOf(frame), name: isKept.isKept && frame.subarray(0, space + 1) }];
  return [
    { bytes: topic, isJson: false, ...isKept },
    { bytes: frame.subarray(space, space + 1), isJson: false, isKept: true },
    { bytes: body, isJson: true },
  ];
}

export const furtherPartsOf = (parts: readonly Uint8Array[]): readonly Part[] => parts.map(partOf);
