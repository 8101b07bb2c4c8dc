/**
 * A moment of a run, as the views see it: the parts of it that they ask for, decoded by the worker.
 *
 * The parts and their types are the functions in `worker/parts.ts`. They contain numbers, texts and typed arrays only;
 * the buffers of the arrays are transferred, so each array must have a buffer of its own.
 */
import type { PARTS } from "./worker/parts";

export type MomentParts = { [K in keyof typeof PARTS]: ReturnType<(typeof PARTS)[K]> };
export type PartName = keyof MomentParts;

/** The moment after a call, with the parts `K`. */
export type Moment<K extends PartName = never> = {
  /** The number of the call; 0 before the first one. */
  readonly call: number;
} & { readonly [P in K]: MomentParts[P] };
