/** Runs mocha inside the extension host, where the tests have the whole `vscode` API. */
import { writeFileSync } from "node:fs";
import Mocha from "mocha";

export interface HostResults {
  passed: number;
  failures: { title: string; error: string }[];
}

/** `load` brings in the test files. The results go to the file that MISP_STREAM_RESULTS names, the report to the console. */
export async function runInHost(load: () => void): Promise<void> {
  const mocha = new Mocha({ ui: "bdd", timeout: 30_000, color: false, forbidOnly: true });
  mocha.suite.emit("pre-require", globalThis, "", mocha);
  load();
  const results: HostResults = { passed: 0, failures: [] };
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on("pass", () => results.passed++)
      .on("fail", (test, error: Error) => {
        results.failures.push({ title: test.fullTitle(), error: error.stack ?? error.message });
      });
  });
  const file = process.env["MISP_STREAM_RESULTS"];
  if (file) writeFileSync(file, JSON.stringify(results));
}
