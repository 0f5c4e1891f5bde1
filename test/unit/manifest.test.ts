import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { l10nBundle } from "../../src/build/l10n";
import { root } from "../../src/build/targets";

interface Manifest {
  icon: string;
  contributes: {
    commands: { command: string; title: string; category: string }[];
    menus: Record<string, { command?: string }[]>;
    configuration: { properties: Record<string, object> };
    keybindings?: { command: string; when?: string }[];
  };
}

const read = (name: string): string => readFileSync(path.join(root, name), "utf8");
const text = read("package.json");
const manifest = JSON.parse(text) as Manifest;
const names = JSON.parse(read("package.nls.json")) as Record<string, string>;
const { commands, menus, configuration, keybindings = [] } = manifest.contributes;

describe("manifest", () => {
  it("lists every command once, titled, under one category", () => {
    const ids = commands.map(({ command }) => command);
    assert.deepEqual(ids, [...new Set(ids)]);
    assert.deepEqual(
      commands.filter(({ title }) => !title),
      [],
    );
    assert.deepEqual([...new Set(commands.map(({ category }) => category))], ["MISP Stream"]);
    assert.deepEqual(
      ids.filter((id) => !id.startsWith("mispStream.")),
      [],
    );
  });

  it("has every command that others hold on to", () => {
    const names =
      "connect disconnect pause resume filter export showMessage compare startSimulator stopPublisher clear diagnose";
    const ids = new Set(commands.map(({ command }) => command));
    assert.deepEqual(
      names.split(" ").filter((name) => !ids.has(`mispStream.${name}`)),
      [],
    );
  });

  it("names only commands that exist, in menus and keybindings", () => {
    const ids = new Set(commands.map(({ command }) => command));
    const named = [...Object.values(menus).flat(), ...keybindings].map(({ command }) => command);
    assert.deepEqual(
      named.filter((name) => name?.startsWith("mispStream.") && !ids.has(name)),
      [],
    );
  });

  it("binds no key without a scope", () => {
    assert.deepEqual(
      keybindings.filter(({ when }) => !when),
      [],
    );
  });

  it("takes every text from package.nls.json, and has none there that nothing takes", () => {
    const taken = [...text.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key ?? "");
    assert.ok(taken.length > 0);
    assert.deepEqual([...new Set(taken)].sort(), Object.keys(names).sort());
  });

  it("keeps its settings under mispStream", () => {
    const settings = Object.keys(configuration.properties);
    assert.ok(settings.includes("mispStream.connectOnStartup"));
    assert.deepEqual(
      settings.filter((name) => !name.startsWith("mispStream.")),
      [],
    );
  });

  it("never lets a workspace make it connect", () => {
    assert.equal((configuration.properties["mispStream.connectOnStartup"] as { scope: string }).scope, "application");
  });

  it("has its icons", () => {
    const icons = [...text.matchAll(/"(media\/[^"]+)"/g)].map(([, file]) => file ?? "");
    assert.ok(icons.includes(manifest.icon));
    assert.deepEqual(
      icons.filter((file) => !existsSync(path.join(root, file))),
      [],
    );
  });

  it("has a current bundle of the host's texts", () => {
    assert.equal(read("l10n/bundle.l10n.json"), l10nBundle(), "run npm run build and commit l10n/bundle.l10n.json");
  });
});
