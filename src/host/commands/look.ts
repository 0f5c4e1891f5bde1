import * as v from "valibot";
import type { TimeStyle } from "../time";
import type { Grouping } from "../tree/nodes";
import { command, type Command } from "./command";
import type { CommandContext } from "./context";

/** How the tree and the pane look: what messages are listed by, and how times are told. */
export function lookCommands({ grouping, settings }: CommandContext): Command[] {
  const group = (id: string, by: Grouping): Command =>
    command({
      id,
      args: v.object({}),
      run: async () => {
        grouping.set(by);
        return {};
      },
    });
  const toggle = (id: string, changed: (time: TimeStyle) => TimeStyle): Command =>
    command({
      id,
      args: v.object({}),
      run: async () => {
        const time = changed(settings.time);
        await settings.setTime(time);
        return time;
      },
    });
  return [
    group("mispStream.groupByTopic", "topic"),
    group("mispStream.groupByEvent", "event"),
    toggle("mispStream.toggleUtc", (time) => ({ ...time, utc: !time.utc })),
    toggle("mispStream.toggleRelative", (time) => ({ ...time, relative: !time.relative })),
  ];
}
