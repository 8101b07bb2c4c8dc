/**
 * The board that a trace plays on: one with DRAM wherever the trace has memory.
 *
 * Traces were recorded without real devices: what they call a device or a reserved range is memory like any other, only
 * that the memory map says so. On a board where such a range is no DRAM, the CPU driver would rightly map it as device
 * memory, never cached, and the page tables would tell another story than the trace.
 */
import type { Board, Region } from "../../boards/board";
import { pandaboardEs } from "../../boards/pandaboard-es";
import type { TraceHeader } from "./trace";

/** RAM for the CPU driver, init and what a trace does not see, at the beginning of the board's. */
export const LOW_RAM_BYTES = 16 << 20;

const MIB = 0x100000;
const ADDRESS_LIMIT = 2 ** 32;

function contains(dram: Region, start: number, end: number): boolean {
  return start >= dram.base + LOW_RAM_BYTES && end <= dram.base + dram.bytes;
}

/** The PandaBoard if it will do; else the same with its DRAM moved. */
export function boardFor({ caps }: TraceHeader): Board {
  const regions = caps.filter(({ type }) => type !== "VNode_ARM_l1");
  const start = Math.min(...regions.map(({ base }) => base));
  const end = Math.max(...regions.map(({ base, bytes }) => base + bytes));
  const { dram } = pandaboardEs;
  if (contains(dram, start, end)) return pandaboardEs;
  const moved = { base: Math.floor((start - LOW_RAM_BYTES) / MIB) * MIB, bytes: dram.bytes };
  const possible = moved.base > 0 && moved.base + moved.bytes <= ADDRESS_LIMIT && contains(moved, start, end);
  return possible ? { ...pandaboardEs, dram: moved } : pandaboardEs;
}
