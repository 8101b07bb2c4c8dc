/** A manager on a machine of its own, which serves the operations of a trace: one by one, in rows, or by its system calls only. */
import { errorNames } from "../../machines/calls/answer";
import { type Identity, SystemCalls } from "../../machines/calls/system-calls";
import { type DirectImages, DirectMachine, type DirectProgram } from "../../machines/hosted/direct/direct-machine";
import { CapLevel } from "../../system/kpi/cspace";
import { INIT_ARGS_VBASE } from "../../system/kpi/init-space";
import type { PolicyName } from "../../system/libmm/layout/mm-policies";
import { type CallLimits, type ErrorNames, LAB_BOARD } from "../grade/subject";

const CALL_WORDS = 12;
/** Room for system calls in the program (lab/program/race.ts). */
const MOST_CALLS = 8192;
const OK = "SYS_ERR_OK";

/** Limits of the steps that a race repeats: they have been made before, within their limits. */
const REPEATED: CallLimits = { milliseconds: 120_000, systemCalls: Number.MAX_SAFE_INTEGER };

type Value = number | bigint;

export interface Entrant {
  program: DirectProgram;
  /** The policy of our own manager. */
  policy: PolicyName | null;
}

/** System calls as the program made them, twelve words each. */
export class CallRecord {
  private words = new Int32Array(1 << 16);
  count = 0;

  add(call: readonly number[]): void {
    const at = this.count++ * CALL_WORDS;
    if (at + CALL_WORDS > this.words.length) {
      const larger = new Int32Array(2 * this.words.length);
      larger.set(this.words);
      this.words = larger;
    }
    for (let word = 0; word < CALL_WORDS; word++) this.words[at + word] = call[word] ?? 0;
  }

  between(from: number, to: number): Int32Array {
    return this.words.subarray(from * CALL_WORDS, to * CALL_WORDS);
  }
}

/** Throws `RunEnded` if the program faults, or does not return within a limit. */
export class Runner {
  private readonly machine: DirectMachine;
  private readonly calls: SystemCalls;
  private functions: Record<string, (...args: Value[]) => Value> = {};
  /** The system calls since the latest start, if they are recorded. */
  record = new CallRecord();

  constructor(
    images: DirectImages,
    private readonly entrant: Entrant,
    private readonly limits: CallLimits,
  ) {
    this.machine = DirectMachine.create({ board: LAB_BOARD, images, program: entrant.program });
    this.calls = new SystemCalls(this.machine);
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
    this.functions = this.machine.callProgram(starting, this.limits) as typeof this.functions;
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
  take(index: number): { names: ErrorNames; identity: Identity | null } {
    const names = this.errors("take", index);
    return { names, identity: names.length > 0 ? null : this.identify(this.outCap) };
  }

  enter(index: number, page: number): void {
    this.value("enter", index, page);
  }

  give(index: number): ErrorNames {
    return this.errors("give", index);
  }

  /** Carries out a row of operations. Returns the milliseconds. */
  run(from: number, to: number): number {
    const run = this.functions.run as (from: number, to: number) => number;
    const start = performance.now();
    const surprises = this.machine.callProgram(() => run(from, to), REPEATED);
    const time = performance.now() - start;
    if (surprises > 0) throw new Error(`operations ${from} to ${to}: ${surprises} answers differ from the first time`);
    return time;
  }

  /** Makes a row of recorded system calls, without the manager. Returns the milliseconds of the calls. */
  replay(record: CallRecord, from: number, to: number): number {
    const replay = this.functions.replay as (count: number) => number;
    const address = Number(this.value("callsAddress"));
    let time = 0;
    for (let at = from; at < to; at += MOST_CALLS) {
      const end = Math.min(at + MOST_CALLS, to);
      this.machine.writeWords(address, record.between(at, end));
      const start = performance.now();
      this.machine.callProgram(() => replay(end - at), REPEATED);
      time += performance.now() - start;
    }
    return time;
  }

  private get outCap(): bigint {
    return BigInt.asUintN(64, this.value("outCap"));
  }

  private identify(cap: bigint): Identity | null {
    const level = cap >> 63n === 1n ? CapLevel.L2 : CapLevel.L1;
    return this.calls.identify({ address: Number(cap & 0xffffffffn), level }).identity;
  }

  private value(name: string, ...args: Value[]): bigint {
    const called = this.functions[name];
    if (called === undefined) throw new Error(`the program has no function ${name}`);
    return BigInt(this.machine.callProgram(() => called(...args), this.limits));
  }

  private errors(name: string, ...args: Value[]): ErrorNames {
    const names = errorNames(this.value(name, ...args));
    return names[0] === OK ? [] : names;
  }

  private mustSucceed(name: string, ...args: Value[]): void {
    const names = this.errors(name, ...args);
    if (names.length > 0) throw new Error(`the race cannot start: ${name} answers ${names.join(" < ")}`);
  }
}
