import type { Command } from "./command";
import { checkCommands } from "./checkAgainst";
import { compareCommands } from "./compare";
import { connectCommands } from "./connect";
import type { CommandContext } from "./context";
import { copyCommands } from "./copy";
import { diagnoseCommands } from "./diagnose";
import { exportCommands } from "./export";
import { filterCommands } from "./filter";
import { generateTestCommands } from "./generateTest";
import { generateTypesCommands } from "./generateTypes";
import { lookCommands } from "./look";
import { lossCommands } from "./losses";
import { messageCommands } from "./message";
import { openCommands } from "./open";
import { overviewCommands } from "./overview";
import { publisherCommands } from "./publisher";
import { replayCommands } from "./replay";
import { scenarioCommands } from "./scenario";
import { viewCommands } from "./view";

/** Every command of the extension. */
export const commandTable = (context: CommandContext): Command[] => [
  ...connectCommands(context),
  ...openCommands(context),
  ...viewCommands(context),
  ...filterCommands(context),
  ...lookCommands(context),
  ...messageCommands(context),
  ...copyCommands(context),
  ...compareCommands(context),
  ...exportCommands(context),
  ...scenarioCommands(context),
  ...generateTypesCommands(context),
  ...generateTestCommands(context),
  ...checkCommands(context),
  ...publisherCommands(context),
  ...replayCommands(context),
  ...diagnoseCommands(context),
  ...lossCommands(context),
  ...overviewCommands(context),
];
