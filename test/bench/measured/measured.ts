import { killAll } from "../peers";
import type { Plan } from "../plan";
import type { Row } from "../report";

/** The frame of a measured program: its plan is its one argument, its rows are the one line on stdout. */
export function measured(measure: (plan: Plan) => Promise<Row[]>): void {
  const plan = JSON.parse(process.argv[2] ?? "") as Plan;
  measure(plan).then(
    (rows) => {
      killAll();
      process.stdout.write(`${JSON.stringify(rows)}\n`, () => process.exit());
    },
    (error: unknown) => {
      killAll();
      console.error(error);
      process.exit(1);
    },
  );
}
