/** A booted machine whose program is the test, and whose memory the inspector decodes. */
import { withMemory } from "../../machines/boards/board";
import { pandaboardEs } from "../../machines/boards/pandaboard-es";
import { SystemCalls } from "../../machines/calls/system-calls";
import { DirectMachine } from "../../machines/hosted/direct/direct-machine";
import { loadSystemImages } from "../../machines/hosted/node/load-images";
import { PhysicalReader } from "../../observe/decode/memory-reader";
import { System } from "../../observe/decode/system";
import { RootSlot, rootSlotAddress } from "../../system/kpi/cspace";

const MIB = 0x100000;
export const board = withMemory(pandaboardEs, 64 * MIB);

/** All free RAM, and an empty CNode for the tests. */
export const RAM = { address: rootSlotAddress(RootSlot.SUPERCN) };
export const slot = (index: number) => ({ address: rootSlotAddress(RootSlot.SLOT_ALLOC0) + index });
export const place = (index: number) => ({ cnode: rootSlotAddress(RootSlot.SLOT_ALLOC0), slot: index });
export const L1_TABLE = { address: rootSlotAddress(RootSlot.PAGECN) };

export function bootedMachine() {
  const machine = DirectMachine.create({ board, images: loadSystemImages() });
  machine.boot();
  const look = () => new System(new PhysicalReader(machine.memory.dram, board.dram.base), machine.kernelState);
  return { machine, calls: new SystemCalls(machine), look };
}
