/**
 * Runs the same boot modules with the same command line on the emulated board and on the hosted machine.
 *
 * The hosted machine gets the ELF files of the native build. Its loader puts their text into memory like any other
 * segment, although it is never executed. So every physical address is the same on both machines.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Program } from "../../../../compile/program";
import { Machine } from "../../../../machines/hosted/machine";
import { loadImages } from "../../../../machines/hosted/node/load-images";
import type { NativeBoard } from "../../../../machines/native/boards";
import { loadProgram } from "../../../../machines/native/built";
import { callTraceIn } from "../../../../machines/native/call-trace";
import { writeImage } from "../../../../machines/native/make";
import { type QemuResult, type QemuRun, startQemu } from "../../../../machines/native/qemu";
import type { RunResult } from "../../../../machines/results";
import { ControlConnection } from "./control";

const MIB = 0x100000;
export const TEST_MEMORY = 64 * MIB;
const LIMIT_MS = 240_000;

export interface Request {
  native: NativeBoard;
  program?: string;
  /** `NAME=value` words for the program. */
  environment?: string;
  /** Words after the board's own command line. */
  options?: string;
}

interface Booted {
  moduleString: string;
  commandLine: string;
  program: string;
}

function bootedBy({ native, program = "init", environment = "", options = "" }: Request): Booted {
  return {
    program,
    moduleString: `${environment} ${program}`.trim(),
    commandLine: `${native.board.commandLine} ${options}`.trim(),
  };
}

/** A folder for the files of one run. */
class Scratch {
  private readonly folder = mkdtempSync(join(tmpdir(), "typefish-"));

  path(name: string): string {
    return join(this.folder, name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface NativeRun {
  result: QemuResult;
  text: string;
  /** The console, without the call trace of a fault. */
  lines: string[];
  /** The addresses of the call trace; null if no fault ended the run. */
  callTrace: number[] | null;
  /** Bytes on the second serial port. */
  trace: Uint8Array;
}

function linesOf(text: string): string[] {
  return text.split("\n");
}

/** Runs to the end. */
export async function runNative(request: Request): Promise<NativeRun> {
  const scratch = new Scratch();
  try {
    const { native } = request;
    const image = writeImage({ native, ...bootedBy(request) }, scratch.path("image.elf"));
    const traceFile = scratch.path("trace");
    let text = "";
    const run = startQemu({
      native,
      image,
      traceFile,
      milliseconds: LIMIT_MS,
      onConsole: (chunk) => {
        text += chunk;
      },
    });
    const result = await run.result;
    const lines = linesOf(text).filter((line) => callTraceIn(line) === null);
    const callTrace =
      linesOf(text)
        .map(callTraceIn)
        .find((addresses) => addresses !== null) ?? null;
    return { result, text, lines, callTrace, trace: readFileSync(traceFile) };
  } finally {
    scratch.remove();
  }
}

export interface HostedRun {
  machine: Machine;
  result: RunResult;
  text: string;
  lines: string[];
}

/** Creates the hosted machine for a request, ready to run. */
export function hostedMachine(request: Request, own?: Pick<Program, "wasm" | "positions">): Machine {
  const { program, moduleString, commandLine } = bootedBy(request);
  const { images } = loadImages();
  return Machine.create({
    board: request.native.board,
    images: own ? { ...images, init: own.wasm as BufferSource, positions: own.positions } : images,
    modules: [{ string: moduleString, elf: loadProgram(program) }],
    commandLine,
  });
}

export function runHosted(request: Request, own?: Pick<Program, "wasm" | "positions">): HostedRun {
  const machine = hostedMachine(request, own);
  const result = machine.run();
  return { machine, result, text: machine.consoleText, lines: linesOf(machine.consoleText) };
}

/** A native machine that is held at the end of its run, so that its state can be read. */
export class HeldMachine {
  private constructor(
    readonly text: string,
    private readonly run: QemuRun,
    private readonly control: ControlConnection,
    private readonly scratch: Scratch,
  ) {}

  /** Runs until the machine would stop. */
  static async start(request: Request): Promise<HeldMachine> {
    const scratch = new Scratch();
    const { native } = request;
    const image = writeImage({ native, ...bootedBy(request) }, scratch.path("image.elf"));
    const controlSocket = scratch.path("control");
    let text = "";
    let run: QemuRun | undefined;
    const held = new Promise<void>((resolve, reject) => {
      run = startQemu({
        native,
        image,
        controlSocket,
        milliseconds: LIMIT_MS,
        onConsole: (chunk) => {
          text += chunk;
          if (/^held with status [0-9a-f]{8}\n/m.test(text)) resolve();
        },
      });
      run.result.then((result) => reject(new Error(`ended with ${JSON.stringify(result)}:\n${text}`)), reject);
    });
    await held;
    const control = await ControlConnection.open(controlSocket);
    await control.command("stop");
    return new HeldMachine(text, run as QemuRun, control, scratch);
  }

  /** Translates a virtual address with the emulator's MMU in the CPU driver's mode; null if it is not mapped. */
  async translate(address: number): Promise<number | null> {
    const reply = await this.control.monitor(`gva2gpa 0x${address.toString(16)}`);
    const found = /^gpa: (?:0x)?([0-9a-f]+)/.exec(reply);
    return found ? Number.parseInt(found[1] as string, 16) : null;
  }

  async physicalMemory(address: number, bytes: number): Promise<Uint8Array> {
    const path = this.scratch.path("memory");
    await this.control.command("pmemsave", { val: address, size: bytes, filename: path });
    // A Buffer is converted, because its `slice` does not copy.
    return new Uint8Array(readFileSync(path));
  }

  async registers(): Promise<string> {
    return this.control.monitor("info registers");
  }

  async end(): Promise<void> {
    this.control.close();
    this.run.kill();
    await this.run.result.catch(() => {});
    this.scratch.remove();
  }
}
