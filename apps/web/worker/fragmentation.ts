/** How fragmented the memory of libmm is at some moments of a run. */
import type { Recording } from "../../../machines/hosted/recording/recording";
import { type Fragmentation, fragmentationOf } from "../../../observe/columns/pieces";
import { momentAt, Source } from "./source";

/** The figures after a call. */
export interface FragmentationSample extends Fragmentation {
  call: number;
}

const NOTHING: Fragmentation = {
  totalPages: 0,
  freePages: 0,
  freePieces: 0,
  allocatedPieces: 0,
  largest: 0,
  external: 0,
};

/** The figures after each of some calls, in their order. They are 0 as long as there is no memory manager. */
export function fragmentationAt(past: Recording, calls: readonly number[]): FragmentationSample[] {
  return calls.map((call) => {
    past.goTo(momentAt(past, call));
    const { pieces } = new Source(past, call, null);
    return { call, ...(pieces ? fragmentationOf(pieces) : NOTHING) };
  });
}
