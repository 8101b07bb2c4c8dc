/** The code that races, `evidence/bench/programs/race.ts`, with its memory: as WebAssembly, or as machine code of this computer. */
import { existsSync, readFileSync } from "node:fs";
import { builtFile } from "../../machines/hosted/node/load-images";
import { raceLibrary } from "../../machines/native/built";
import { NoCheckout } from "../../machines/native/checkout";
import { missingTools } from "../../machines/native/toolchain";

/** The functions of `evidence/bench/programs/race.ts`. */
export interface RaceFunctions {
  bytesBefore(ids: number, operations: number): number;
  begin(policy: number, pages: number, ids: number, operations: number, nodeBytes: number): number;
  rehearse(): void;
  run(from: number, to: number): void;
  failures(): number;
  freeAtFailure(): number;
  freePages(): number;
  largestFree(): number;
  peakBlocks(): number;
  tablesAtPeak(): number;
  liveAtPeak(): number;
  peakLive(): number;
  check(): number;
}

/** A run of the code, with a memory of its own. */
export interface RaceCode {
  /** They are others after `clear`. */
  readonly functions: RaceFunctions;
  /** Makes room for `bytes` in the memory. To be called once. */
  reserve(bytes: number): void;
  /** Brings the code and its memory into the state at the start. */
  clear(): void;
  write(address: number, words: Uint32Array): void;
  read(address: number, count: number): Uint32Array;
}

const WASM_PAGE = 65536;

/** A module as the host's engine compiles it. */
export class HostedCode implements RaceCode {
  private readonly memory = new WebAssembly.Memory({ initial: 2, maximum: WASM_PAGE });
  functions: RaceFunctions;

  /** The compiled module, which all runs share. */
  static load(): WebAssembly.Module {
    return new WebAssembly.Module(readFileSync(builtFile("bench-race.wasm")));
  }

  constructor(private readonly module: WebAssembly.Module) {
    this.functions = this.instantiate();
  }

  private instantiate(): RaceFunctions {
    const imports = { env: { memory: this.memory }, kernel: { syscall: () => 0n } };
    return new WebAssembly.Instance(this.module, imports).exports as unknown as RaceFunctions;
  }

  reserve(bytes: number): void {
    this.memory.grow(Math.ceil(bytes / WASM_PAGE));
  }

  clear(): void {
    new Uint8Array(this.memory.buffer).fill(0);
    this.functions = this.instantiate();
  }

  write(address: number, words: Uint32Array): void {
    new Uint32Array(this.memory.buffer, address, words.length).set(words);
  }

  read(address: number, count: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, address, count).slice();
  }
}

/** What `evidence/bench/programs/race-library.c` exports. */
interface RaceLibrary extends RaceFunctions {
  reserve(bytes: number): boolean;
  clear(): void;
  write(address: number, words: Uint32Array): void;
  read(address: number, words: Uint32Array): void;
}

/** The same source as machine code. The process has one memory for it, so one run must end before the next begins. */
export class NativeCode implements RaceCode {
  private constructor(readonly functions: RaceLibrary) {}

  /** Loads the library; returns a sentence that says why if there is none. */
  static load(): NativeCode | string {
    const path = NativeCode.path();
    if (path === null) return "this installation has no sources to compile";
    if (!existsSync(path)) {
      return missingTools("clang").length > 0
        ? "clang is not installed (apt install clang, or brew install llvm), and then run npm run build -- --bench"
        : "it is not built: run npm run build -- --bench";
    }
    const module = { exports: {} as RaceLibrary };
    process.dlopen(module, path);
    return new NativeCode(module.exports);
  }

  static isBuilt(): boolean {
    const path = NativeCode.path();
    return path !== null && existsSync(path);
  }

  private static path(): string | null {
    try {
      return raceLibrary();
    } catch (error) {
      if (error instanceof NoCheckout) return null;
      throw error;
    }
  }

  reserve(bytes: number): void {
    // As much as the hosted code has: its first pages, and these.
    if (!this.functions.reserve(bytes + 2 * WASM_PAGE)) throw new Error("the race's addresses are in use");
  }

  clear(): void {
    this.functions.clear();
  }

  write(address: number, words: Uint32Array): void {
    this.functions.write(address, words);
  }

  read(address: number, count: number): Uint32Array {
    const words = new Uint32Array(count);
    this.functions.read(address, words);
    return words;
  }
}
