/** What a scenario reports when it fails. */
import type { Frame } from "../../machines/results";
import type { Kind } from "./kinds";

/** A function of the submission, as the learner knows it. */
export type LearnerFunction =
  | "mmInit"
  | "mmAdd"
  | "mmAlloc"
  | "mmAllocAligned"
  | "mmFree"
  | "mmDestroy"
  | "pagingMapFixedAttr"
  | "slabRefillPages";

export class Failure extends Error {
  constructor(
    readonly kind: Kind,
    /** The call that showed it, with its arguments. */
    readonly call: string,
    /** The function of the submission that was called last. */
    readonly learnerFunction: LearnerFunction,
    /** What the scenario asked for, as a sentence. */
    readonly asked: string,
    /** What happened instead, as a sentence. */
    readonly happened: string,
    /** Where the program was if a fault or a limit stopped it. */
    readonly frames: readonly Frame[] = [],
  ) {
    super(`${call}: ${happened}`);
  }
}
