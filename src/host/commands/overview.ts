import type { Command } from "./command";
import { captureCommand, type CommandContext } from "./context";

/** What a capture holds as a whole. */
export const overviewCommands = (context: CommandContext): Command[] => [
  captureCommand(context, "mispStream.showOverview", async (capture) => {
    context.overview.show(capture);
    return {};
  }),
];
