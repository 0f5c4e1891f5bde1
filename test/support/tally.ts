/** A mocha reporter: prints as `spec` does and leaves the figures in the file that MISP_STREAM_TALLY names. */
import { writeFileSync } from "node:fs";
import Mocha from "mocha";

export interface Tally {
  passed: number;
  failed: number;
}

class TallyReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.once("end", () => {
      const file = process.env["MISP_STREAM_TALLY"];
      const tally: Tally = { passed: this.stats.passes, failed: this.stats.failures };
      if (file) writeFileSync(file, JSON.stringify(tally));
    });
  }
}
module.exports = TallyReporter;
