/**
 * The parts of a moment: a name, and the function that decodes it. A view lists the names that it needs.
 *
 * The answer of a part consists of numbers, texts and typed arrays. Each array must have a buffer of its own, because
 * buffers are transferred to the page.
 */

import { decodeKernelState } from "../../../observe/decode/kernel-state";
import { PhysicalReader } from "../../../observe/decode/memory-reader";
import type { Source } from "./source";

export const PARTS = {
  /** The CPU driver's own counts. */
  counts({ dram, region, kernelState }: Source) {
    const { mdbCount, liveMappings } = decodeKernelState(new PhysicalReader(dram, region.base), kernelState);
    return { capabilities: mdbCount, mappings: liveMappings };
  },
} satisfies Record<string, (source: Source) => object>;

/** The buffers of all typed arrays in a value. */
export function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (typeof value === "object" && value !== null) {
    for (const member of Object.values(value)) buffersOf(member, found);
  }
  return found;
}
