/** What a scenario reports when it fails. */
import type { Script } from "../../machines/hosted/script";
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

/** What there is to look at: a page of physical memory, the slot of a capability, or a virtual address. */
export type Focus = { kind: "page"; base: number } | { kind: "slot"; at: number } | { kind: "address"; va: number };

/** A moment of the run, and what to look at. */
export interface Sight {
  /** The moment after this system call of the program; null for the end of the run. */
  call: number | null;
  focus: Focus | null;
}

/** An earlier moment, which answers a question about the failure. */
export interface StepBack extends Sight {
  question: string;
}

/** A call of the submission, as the learner knows it. */
export interface FailedCall {
  learnerFunction: LearnerFunction;
  /** The call with its arguments. */
  text: string;
  /** What the scenario asked for, as a sentence. */
  asked: string;
}

/** How the trial came to its failure. */
export interface Trace {
  /** The calls into the program, up to the failure. */
  script: Script;
  /** Where expectation and reality part; null if there is no run to look at. */
  where: Sight | null;
  back: readonly StepBack[];
  /** Where the program was if a fault or a limit stopped it. */
  frames: readonly Frame[];
}

export class Failure extends Error {
  constructor(
    readonly kind: Kind,
    /** The call that showed it. */
    readonly call: FailedCall,
    /** What happened instead, as a sentence. */
    readonly happened: string,
    readonly trace: Trace,
  ) {
    super(`${call.text}: ${happened}`);
  }
}
