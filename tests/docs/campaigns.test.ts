/** The page about campaigns shows the scripts as they are, and the scripts agree with each other. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const FOLDER = "tools/campaigns";
const page = readFileSync("docs/campaigns.md", "utf8");
const scripts = readdirSync(FOLDER);
const shown = scripts.filter((name) => /\.(sbatch|yaml)$/.test(name));
const read = (name: string) => readFileSync(`${FOLDER}/${name}`, "utf8");

it.each(shown)("docs/campaigns.md shows %s as it is", (name) => {
  expect(page).toContain(`\`\`\`${name.endsWith(".yaml") ? "yaml" : "bash"}\n${read(name)}\`\`\`\n`);
});

it.each(scripts.filter((name) => /\.(sbatch|sh)$/.test(name)))("bash can read %s", (name) => {
  const { stderr, status } = spawnSync("bash", ["-n", `${FOLDER}/${name}`], { encoding: "utf8" });
  expect([stderr, status]).toEqual(["", 0]);
});

describe.each(shown.filter((name) => name.endsWith(".yaml")))("%s", (name) => {
  it("has as many completions as parts, and runs them at the same time", () => {
    const number = (pattern: RegExp) => Number(pattern.exec(read(name))?.[1]);
    const parts = number(/--shard "\$part\/(\d+)"/);
    expect(parts).toBeGreaterThan(1);
    expect([number(/completions: (\d+)/), number(/parallelism: (\d+)/)]).toEqual([parts, parts]);
    expect(read(name)).toContain("completionMode: Indexed");
  });
});
