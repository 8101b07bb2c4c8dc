/** The CPU driver's check of its mapping database finds every kind of damage. */
import { beforeEach, describe, expect, it } from "vitest";
import { L1_TABLE, otherSlot, PAGE, RAM, slot } from "../../../../evidence/harness/well-known";
import { CteFlag, CteLayout, CteWord, OTHER_ROOTS } from "../../../../system/cpudriver/layout/cte-layout";
import { KernelStateLayout } from "../../../../system/cpudriver/layout/kernel-state-layout";
import { ObjType } from "../../../../system/kpi/object-types";
import { DebugCall } from "../../../../system/kpi/system-calls";
import { useSystem } from "../../../support/use-system";

const system = await useSystem();
const { do: call } = system;
const TABLE = L1_TABLE + 30;

const FRAME = slot(0);
const LIVE = slot(1);
const VOID = slot(2);
const COPY = slot(3);

/** Frames of two pages with a gap after each, so that the tree is deep. Frame 0 has a void and a live mapping. */
beforeEach(() => {
  for (let i = 0; i < 20; i++) {
    const to = i === 0 ? FRAME : otherSlot(i);
    call.retype({ from: RAM, type: ObjType.Frame, bytes: 2 * PAGE, offset: 3 * i * PAGE, to });
  }
  call.map({ table: TABLE, source: FRAME, entry: 0, count: 2, mapping: VOID });
  call.unmap(TABLE, VOID);
  call.map({ table: TABLE, source: FRAME, entry: 0, count: 2, mapping: LIVE });
  call.copy(otherSlot(9), COPY);
  system.checkEachCall = false;
});

const invariantsHold = () => call.debug(DebugCall.CHECK_INVARIANTS) === 1;
const at = (address: number) => system.slotMemory(address);
const memory = () => system.memory;

type Damage = () => [address: number, bytes: 1 | 4, value: number];

function setValue(address: number, bytes: 1 | 4, value: number): number {
  const view = memory().view(address, bytes);
  const before = bytes === 1 ? view.getUint8(0) : view.getUint32(0, true);
  if (bytes === 1) view.setUint8(0, value);
  else view.setUint32(0, value, true);
  return before;
}

const word =
  (address: number, offset: number, change: (old: number) => number): Damage =>
  () => [at(address) + offset, 4, change(memory().word(at(address) + offset))];
const byte =
  (address: number, offset: number, change: (old: number) => number): Damage =>
  () => [
    at(address) + offset,
    1,
    change(
      memory()
        .view(at(address) + offset, 1)
        .getUint8(0),
    ),
  ];
/** The finger of the page in which the object of `address` starts. */
const finger =
  (address: number, leadsTo: () => number): Damage =>
  () => {
    const table = memory().stateField(KernelStateLayout.FINGERS) + memory().dramBase;
    const page = (memory().slotAt(at(address)).base - memory().dramBase) / PAGE;
    return [table + 4 * page, 4, leadsTo() - memory().dramBase];
  };
const PAGE_KIB = PAGE / 1024;
const root = () => memory().stateField(KernelStateLayout.MDB_ROOT) + memory().dramBase;

describe("the check finds", () => {
  it("nothing if nothing is damaged", () => {
    expect(invariantsHold()).toBe(true);
  });

  it.each<[string, Damage]>([
    ["an empty slot", byte(otherSlot(7), CteLayout.TYPE, () => ObjType.Null)],
    ["a capability that is being deleted", byte(otherSlot(7), CteLayout.FLAGS, () => CteFlag.IN_DELETE)],
    ["a doubtful capability", byte(otherSlot(7), CteLayout.FLAGS, () => CteFlag.DOUBTFUL)],
    ["a visited capability", byte(otherSlot(7), CteLayout.FLAGS, () => CteFlag.VISITED)],
    ["a slot in the wrong place of the order", word(otherSlot(7), CteLayout.KEY, (old) => old + 60 * PAGE_KIB)],
    ["a region that sticks out of the region around it", word(RAM, CteLayout.END_KIB, (old) => old - PAGE_KIB)],
    ["memory with the key of another root", word(otherSlot(7), CteLayout.KEY, () => OTHER_ROOTS)],
    ["a parent link to another slot", word(otherSlot(7), CteLayout.PARENT, () => at(FRAME) - memory().dramBase)],
    ["a wrong height on the left", byte(otherSlot(7), CteLayout.LEFT_HEIGHT, (old) => old + 1)],
    ["a wrong height on the right", byte(otherSlot(7), CteLayout.RIGHT_HEIGHT, (old) => old + 1)],
    ["a wrong end on the left", word(otherSlot(7), CteLayout.LEFT_END_KIB, (old) => old + 4)],
    ["a wrong end on the right", word(otherSlot(7), CteLayout.RIGHT_END_KIB, (old) => old + 4)],
    ["a copied slot that says that it is single", byte(otherSlot(9), CteLayout.FLAGS, () => CteFlag.SINGLE)],
    ["a copy that says that it is single", byte(COPY, CteLayout.FLAGS, () => CteFlag.SINGLE)],
    ["a slot that names a larger source", word(otherSlot(7), CteLayout.SOURCE_KIB, () => 0xfffff)],
    ["a root with a parent", () => [root() + CteLayout.PARENT, 4, at(FRAME) - memory().dramBase]],
    ["a wrong count of slots", () => [memory().machine.kernelState + KernelStateLayout.MDB_COUNT, 4, 1]],
    ["a finger that leads to a slot of another page", finger(RAM, () => at(otherSlot(7)))],
    ["a finger that leads to an empty slot", finger(RAM, () => at(slot(30)))],
    ["a finger that leads to a mapping", finger(FRAME, () => at(VOID))],
    ["a mapping of another address", word(VOID, CteLayout.KEY, (old) => old + PAGE_KIB)],
    ["a mapping of another type", byte(VOID, CteLayout.TYPE, () => ObjType.DevFrame_Mapping)],
    [
      "a live mapping that is not the first of its frame's list",
      word(FRAME, CteWord.MAPPINGS, () => at(VOID) - memory().dramBase),
    ],
    ["a void mapping that is not in its frame's list", word(LIVE, CteWord.FRAME_NEXT, () => 0)],
  ])("%s", (_name, damage) => {
    const [address, bytes, value] = damage();
    const before = setValue(address, bytes, value);
    expect(before).not.toBe(value);
    expect(invariantsHold()).toBe(false);
    setValue(address, bytes, before);
    expect(invariantsHold()).toBe(true);
  });
});
