import { workbench } from "./support";

describe("palette", function () {
  this.timeout(180_000);

  it("offers our commands in a fresh VS Code", async () => {
    const window = await workbench();
    await window.runCommand("MISP Stream: Connect");
    await window.quickInput.waitFor();
  });
});
