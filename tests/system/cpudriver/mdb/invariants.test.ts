/** The answer of the DEBUG system call about the mapping database: 1, or minus the number of a broken invariant. */
import { describe, expect, it } from "vitest";
import { pandaboardEs } from "../../../../machines/boards/pandaboard-es";
import { debugWords } from "../../../../machines/calls/call-words";
import { DirectMachine } from "../../../../machines/hosted/direct/direct-machine";
import { loadSystemImages } from "../../../../machines/hosted/node/load-images";
import { CteFlag, CteLayout } from "../../../../system/cpudriver/layout/cte-layout";
import { KernelStateLayout } from "../../../../system/cpudriver/layout/kernel-state-layout";
import { MdbInvariant } from "../../../../system/kpi/mdb-invariants";
import { ObjType } from "../../../../system/kpi/object-types";
import { DebugCall } from "../../../../system/kpi/system-calls";

const machine = DirectMachine.create({ board: pandaboardEs, images: loadSystemImages() });
machine.boot();

const answer = (): number => machine.call(debugWords(DebugCall.CHECK_INVARIANTS)).value | 0;
const dram = machine.memory.dram;
const state = machine.kernelState - pandaboardEs.dram.base;
const root = dram.getUint32(state + KernelStateLayout.MDB_ROOT, true);
const byte = (at: number) => dram.getUint8(at);

/** Changes a byte, asks, and changes it back. */
function answerWith(at: number, value: number): number {
  const old = byte(at);
  dram.setUint8(at, value);
  const broken = answer();
  dram.setUint8(at, old);
  return broken;
}

describe("the answer about the mapping database", () => {
  it("is 1 if all invariants hold", () => {
    expect(answer()).toBe(1);
  });

  it.each([
    ["an empty slot", MdbInvariant.NOT_EMPTY, () => [root + CteLayout.TYPE, ObjType.Null]],
    ["a wrong parent link", MdbInvariant.LINKED, () => [root + CteLayout.PARENT, 64]],
    [
      "a wrong height",
      MdbInvariant.BALANCED,
      () => [root + CteLayout.LEFT_HEIGHT, byte(root + CteLayout.LEFT_HEIGHT) + 1],
    ],
    ["a wrong end", MdbInvariant.ENDS, () => [root + CteLayout.LEFT_END_KIB, byte(root + CteLayout.LEFT_END_KIB) ^ 1]],
    [
      "a wrong count",
      MdbInvariant.COUNTED,
      () => [state + KernelStateLayout.MDB_COUNT, byte(state + KernelStateLayout.MDB_COUNT) ^ 1],
    ],
    ["an unfinished deletion", MdbInvariant.NOT_IN_DELETE, () => [root + CteLayout.FLAGS, CteFlag.IN_DELETE]],
  ] as [string, MdbInvariant, () => [number, number]][])("is minus its number for %s", (_, invariant, damage) => {
    expect(answerWith(...damage())).toBe(-invariant);
    expect(answer()).toBe(1);
  });
});
