/** A manager on a machine of its own, which serves the operations of a trace: one by one, in rows, or by its system calls only. */
import { type DirectImages, DirectMachine, type DirectProgram } from "../../machines/hosted/direct/direct-machine";
import { NumberList } from "../../machines/hosted/recording/number-list";
import { callFunction, type Word } from "../../machines/hosted/script";
import type { Capability } from "../../observe/decode/capability";
import { INIT_ARGS_VBASE } from "../../system/kpi/init-space";
import type { PolicyName } from "../../system/libmm/layout/mm-policies";
import { ProgramSlots } from "../grade/cspace";
import { type CallLimits, type ErrorNames, errorsOf, LAB_BOARD } from "../grade/subject";

const CALL_WORDS = 12;
/** Room for system calls in the program (lab/program/race.ts). */
const MOST_CALLS = 8192;

/** Limits of the steps that a race repeats: they have been made before, within their limits. */
const REPEATED: CallLimits = { milliseconds: 120_000, systemCalls: Number.MAX_SAFE_INTEGER };

export interface Entrant {
  program: DirectProgram;
  /** The policy of our own manager. */
  policy: PolicyName | null;
}

/** System calls as the program made them, twelve words each. */
export class CallRecord {
  private readonly words = new NumberList();

  get count(): number {
    return this.words.length / CALL_WORDS;
  }

  add(call: readonly number[]): void {
    for (let word = 0; word < CALL_WORDS; word++) this.words.push((call[word] ?? 0) >>> 0);
  }

  between(from: number, to: number): Uint32Array {
    return this.words.view.subarray(from * CALL_WORDS, to * CALL_WORDS);
  }
}

/** Throws `RunEnded` if the program faults, or does not return within a limit. */
export class Runner {
  private readonly machine: DirectMachine;
  private readonly slots: ProgramSlots;
  private functions: WebAssembly.Exports = {};
  /** The system calls since the latest start, if they are recorded. */
  record = new CallRecord();

  constructor(
    images: DirectImages,
    private readonly entrant: Entrant,
    private readonly limits: CallLimits,
  ) {
    this.machine = DirectMachine.create({ board: LAB_BOARD, images, program: entrant.program });
    this.slots = new ProgramSlots(this.machine);
  }

  /**
   * Starts the system again, with a manager that has a region of `pages` pages. Returns the errors of the first step that
   * fails; empty if all succeed. Every start is the same, so the same operations then make the same system calls.
   */
  start(pages: number, isRecorded: boolean): { step: "mmInit" | "mmAdd"; names: ErrorNames } | null {
    const { policy } = this.entrant;
    this.machine.boot({ environment: policy === null ? "" : `LIBMM=${policy}` });
    const record = new CallRecord();
    this.record = record;
    const recorded = isRecorded
      ? (pass: (...words: number[]) => bigint) =>
          (...words: number[]) => {
            record.add(words);
            return pass(...words);
          }
      : undefined;
    const starting = () => this.machine.startProgram(recorded);
    this.functions = this.machine.callProgram(starting, this.limits);
    this.mustSucceed("startLibrary", INIT_ARGS_VBASE);
    const begun = this.errors("init");
    if (begun.length > 0) return { step: "mmInit", names: begun };
    this.mustSucceed("makeRegion", pages);
    const added = this.errors("add", this.outCap, pages);
    return added.length > 0 ? { step: "mmAdd", names: added } : null;
  }

  /** First page of the region. */
  get regionPage(): number {
    return Number(this.value("regionBase"));
  }

  /** Blocks of the manager's slab allocator in use, and their size; null if it does not use the allocator. */
  get nodes(): { count: number; bytes: number } | null {
    const bytes = Number(this.value("nodeBytes"));
    return bytes === 0 ? null : { count: Number(this.value("nodesInUse")), bytes };
  }

  /** Bytes of the manager's record. */
  get recordBytes(): number {
    return Number(this.value("recordBytes"));
  }

  load(operations: Uint32Array): void {
    this.machine.writeWords(Number(this.value("operationsAddress")), operations);
  }

  /** Allocates as operation `index` says. Returns the errors, or what the capability stands for. */
  take(index: number): { names: ErrorNames; identity: Capability | null } {
    const names = this.errors("take", index);
    return { names, identity: names.length > 0 ? null : this.slots.identify(this.outCap) };
  }

  enter(index: number, page: number): void {
    this.value("enter", index, page);
  }

  give(index: number): ErrorNames {
    return this.errors("give", index);
  }

  /** Carries out a row of operations. Returns the milliseconds. */
  run(from: number, to: number): number {
    const start = performance.now();
    const surprises = this.machine.callProgram(() => callFunction(this.functions, "run", [from, to]), REPEATED);
    const time = performance.now() - start;
    if (surprises > 0) throw new Error(`operations ${from} to ${to}: ${surprises} answers differ from the first time`);
    return time;
  }

  /** Makes a row of recorded system calls, without the manager. Returns the milliseconds of the calls. */
  replay(record: CallRecord, from: number, to: number): number {
    const address = Number(this.value("callsAddress"));
    let time = 0;
    for (let at = from; at < to; at += MOST_CALLS) {
      const end = Math.min(at + MOST_CALLS, to);
      this.machine.writeWords(address, record.between(at, end));
      const start = performance.now();
      this.machine.callProgram(() => callFunction(this.functions, "replay", [end - at]), REPEATED);
      time += performance.now() - start;
    }
    return time;
  }

  private get outCap(): bigint {
    return BigInt.asUintN(64, this.value("outCap"));
  }

  private value(name: string, ...words: Word[]): bigint {
    return BigInt(this.machine.callProgram(() => callFunction(this.functions, name, words), this.limits));
  }

  private errors(name: string, ...words: Word[]): ErrorNames {
    return errorsOf(this.value(name, ...words));
  }

  private mustSucceed(name: string, ...words: Word[]): void {
    const names = this.errors(name, ...words);
    if (names.length > 0) throw new Error(`the race cannot start: ${name} answers ${names.join(" < ")}`);
  }
}
