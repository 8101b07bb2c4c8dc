/** All scenarios pass with every placement policy of libmm, on a small board. */
import { describe, expect, it } from "vitest";
import { withMemory } from "../../../machines/boards/board";
import { pandaboardEs } from "../../../machines/boards/pandaboard-es";
import { Machine } from "../../../machines/hosted/machine";
import { loadImages } from "../../../machines/hosted/node/load-images";
import { POLICIES } from "../../../system/libmm/layout/mm-policies";

const board = withMemory(pandaboardEs, 0x4000000);
const LIMIT_MS = 120_000;

describe("all scenarios pass with the policy", () => {
  const { images, initElf } = loadImages();

  it.each(POLICIES)("%s", { timeout: LIMIT_MS }, (policy) => {
    const modules = [{ string: `LIBMM=${policy} SCENARIO=* init`, elf: initElf }];
    const machine = Machine.create({ board, images, modules, limits: { milliseconds: LIMIT_MS } });
    const result = machine.run();
    expect(machine.consoleText.split("\n").filter((line) => / FAILED /.test(line))).toEqual([]);
    expect(machine.consoleText).toMatch(/(\d+) scenarios: \1 ok, 0 failed/);
    expect(result).toEqual({ kind: "exit", status: 0 });
  });

  it.each(["nothing", "buddy2", "budd"])("and the unknown policy %s is refused", (policy) => {
    const modules = [{ string: `LIBMM=${policy} SCENARIO=T07 init`, elf: initElf }];
    const machine = Machine.create({ board, images, modules, limits: { milliseconds: LIMIT_MS } });
    expect(machine.run()).not.toEqual({ kind: "exit", status: 0 });
  });
});
