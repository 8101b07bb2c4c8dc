/** Machines whose memory the decoders read: one whose program is the test, and one that runs init. */
import { withMemory } from "../../machines/boards/board";
import { pandaboardEs } from "../../machines/boards/pandaboard-es";
import { SystemCalls } from "../../machines/calls/system-calls";
import { DirectMachine } from "../../machines/hosted/direct/direct-machine";
import { Machine, type SystemCallObserver } from "../../machines/hosted/machine";
import { loadImages, loadSystemImages } from "../../machines/hosted/node/load-images";
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

/** A machine that runs scenarios when it is started. */
export function scenarioMachine(options: {
  scenario: string;
  libmm?: string;
  /** Bytes of DRAM. */
  memory: number;
  onSystemCall?: SystemCallObserver;
}): Machine {
  const { images, initElf } = loadImages();
  const { scenario, libmm = "typefish", memory, onSystemCall } = options;
  return Machine.create({
    board: withMemory(pandaboardEs, memory),
    images,
    modules: [{ string: `SCENARIO=${scenario} LIBMM=${libmm} init`, elf: initElf }],
    onSystemCall,
  });
}
