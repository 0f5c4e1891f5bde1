/** A message is one frame: topic, one space (0x20), payload. */
export interface Message {
  topic: string;
  /** The topic's bytes are not UTF-8; `topic` then holds them with U+FFFD. */
  topicFault?: true;
  /** Where the payload starts; the frame's length where there is none. */
  payloadStart: number;
  /** There is a space, so there is a payload, perhaps an empty one. */
  hasPayload: boolean;
}

export declare function readMessage(frame: Uint8Array): Message;
