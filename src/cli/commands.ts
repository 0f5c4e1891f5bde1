import type { Command } from "./command";
import { print } from "./print";
import { record } from "./record";
import { replay } from "./replay";
import { simulate } from "./simulate";

/** In the order the help lists them. */
export const commands: readonly Command[] = [print, record, replay, simulate];
