import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readScript, type Script, scriptOf } from "../../../evidence/fuzz/libraries/script";

const folder = mkdtempSync(join(tmpdir(), "typefish-script-"));
afterAll(() => rmSync(folder, { recursive: true }));

function written(lines: readonly string[]): string {
  const path = join(folder, "script.jsonl");
  writeFileSync(path, lines.join("\n"));
  return path;
}

it("a script that was printed is read back unchanged", async () => {
  const script: Script = {
    policy: "buddy",
    operations: [
      { op: "add", id: 1, ram: 8192, offset: -4096, bytes: 8192 },
      { op: "alloc", id: 2, bytes: 100, alignment: 0, end: "high" },
      { op: "retype", piece: 2, keep: true },
      { op: "map", id: 4, frame: 3, bytes: 4096, flags: 3, address: -4096, range: 1 },
      { op: "cnode" },
    ],
  };
  expect(await readScript(written(scriptOf(script)))).toEqual(script);
});

it.each([
  [[], /:1: expected one of .*"buddy".* as "policy", found nothing/],
  [['{"policy":"nobody"}'], /:1: expected one of .* as "policy", found "nobody"/],
  [['{"policy":"buddy"}', '{"op":"allocate"}'], /:2: expected one of .* as "op", found "allocate"/],
  [['{"policy":"buddy"}', "", '{"op":"slot"}'], /:3: expected an integer .* as "id", found nothing/],
  [['{"policy":"buddy"}', '{"op":"retype","piece":1,"keep":1}'], /:2: expected true or false as "keep"/],
])("lines %j are refused with file, line and what was expected", async (lines, message) => {
  await expect(readScript(written(lines))).rejects.toThrow(message);
});
