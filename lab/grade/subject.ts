/**
 * A submission on a machine. The grader calls the functions of `lab/program/driver.ts` one by one, and reads the result
 * from the CPU driver's memory and from the page tables, which the program cannot write.
 */
import { type Board, withMemory } from "../../machines/boards/board";
import { pandaboardEs } from "../../machines/boards/pandaboard-es";
import { errorNames } from "../../machines/calls/answer";
import {
  type DirectImages,
  DirectMachine,
  type DirectProgram,
  type SystemCall,
} from "../../machines/hosted/direct/direct-machine";
import { callFunction, type ScriptedCall, type Word } from "../../machines/hosted/script";
import { CPTR_ROOTCN } from "../../system/kpi/cspace";
import {
  CallWords,
  CNodeCmd,
  callNumber,
  callWords,
  invokeCommand,
  retypeType,
  SysCall,
  VNodeCmd,
} from "../../system/kpi/system-calls";
import { ProgramSlots } from "./cspace";

export const MIB = 0x100000;
export const PAGE = 4096;
/** The board on which submissions are graded: small, so that a machine starts in milliseconds. */
export const LAB_BOARD: Board = withMemory(pandaboardEs, 64 * MIB);

/** Limits of one call into the submission. */
export interface CallLimits {
  milliseconds: number;
  systemCalls: number;
}

/** A retype that the program asked for. */
export interface RetypeRequest {
  /** Number of the system call. */
  call: number;
  /** Capability address of the source. */
  source: number;
  offset: number;
  type: number;
  bytes: number;
  count: number;
  /** Capability address of the first slot for the result. */
  destination: number;
}

/** Names of an error's codes, the outermost first; empty for success. */
export type ErrorNames = readonly string[];

const OK = "SYS_ERR_OK";

/** How many characters of console output are kept. */
const CONSOLE_MAX = 65_536;

/** What a function that returns an error has answered. */
export function errorsOf(result: bigint): ErrorNames {
  const names = errorNames(result);
  return names[0] === OK ? [] : names;
}

export class Subject {
  private readonly machine: DirectMachine;
  private readonly functions: WebAssembly.Exports;
  readonly slots: ProgramSlots;
  /** Every call into the program so far: a recording plays it. */
  readonly script: ScriptedCall[] = [];
  /** Console output so far, up to a limit. */
  console = "";
  /** Number of system calls so far. The first one has the number 1. */
  systemCalls = 0;
  lastRetype: RetypeRequest | null = null;
  /** Numbers of the latest system calls that were refused, and that mapped something; 0 for none. */
  lastRefused = 0;
  lastMap = 0;

  /** Powers a machine on, with the program as init. Throws `RunEnded` if the CPU driver refuses to start. */
  constructor(
    images: DirectImages,
    program: DirectProgram,
    private readonly limits: CallLimits,
    onConsole?: (chunk: string) => void,
  ) {
    this.machine = DirectMachine.create({
      board: LAB_BOARD,
      images,
      program,
      onConsole: (chunk) => {
        onConsole?.(chunk);
        if (this.console.length < CONSOLE_MAX) this.console += chunk.slice(0, CONSOLE_MAX - this.console.length);
      },
    });
    this.machine.boot();
    this.slots = new ProgramSlots(this.machine);
    // A module can contain code that runs when it is instantiated.
    const start = () => this.machine.startProgram((pass) => this.observe(pass));
    this.functions = this.machine.callProgram(start, limits);
  }

  /** Calls a function of the program. Throws `RunEnded` if it does not return. */
  value(name: string, ...words: Word[]): bigint {
    this.script.push({ name, words });
    return BigInt(this.machine.callProgram(() => callFunction(this.functions, name, words), this.limits));
  }

  /** Calls a function that returns an error. */
  call(name: string, ...words: Word[]): ErrorNames {
    return errorsOf(this.value(name, ...words));
  }

  /** Where the MMU finds a virtual address; null if the program may not access it. */
  translate(va: number, write: boolean): number | null {
    const { status, pa } = this.machine.translate(va, { write });
    return status === 0 ? pa : null;
  }

  /** Reads a word of physical memory. */
  readPhysical(pa: number): number {
    return this.machine.bytes.getUint32(pa - this.machine.dram.base, true);
  }

  private observe(pass: SystemCall): SystemCall {
    return (...words) => {
      const call = ++this.systemCalls;
      const word0 = words[0] as number;
      const isInvocation = callNumber(word0) === SysCall.INVOKE;
      const invokes = (command: number, count: number) =>
        isInvocation && invokeCommand(word0) === command && callWords(word0) === count;
      if (invokes(CNodeCmd.Retype, CallWords.Retype) && words[1] === CPTR_ROOTCN)
        this.lastRetype = retypeRequest(call, words);
      const result = pass(...words);
      const isRefused = BigInt.asUintN(ERROR_BITS, result) !== 0n;
      if (isRefused) this.lastRefused = call;
      else if (invokes(VNodeCmd.Map, CallWords.Map)) this.lastMap = call;
      return result;
    };
  }
}

/** The lower half of a system call's result is its error. */
const ERROR_BITS = 32;

function retypeRequest(call: number, words: readonly number[]): RetypeRequest {
  const word = (index: number) => (words[index] as number) >>> 0;
  const [source, offset, bytes, count] = [word(3), word(4), word(6), word(7)];
  const [cnode, slot] = [word(9), word(10)];
  return { call, source, offset, type: retypeType(word(5)), bytes, count, destination: cnode + slot };
}
