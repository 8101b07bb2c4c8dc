/** Runs a boot image in QEMU. */
import { spawn } from "node:child_process";
import type { NativeBoard } from "./boards";
import { toolPath } from "./toolchain";

export interface QemuOptions {
  native: NativeBoard;
  /** ELF file of the boot image. */
  image: string;
  /**
   * Let time advance with instructions, `NANOSECONDS_PER_INSTRUCTION` for each, so that equal runs take equal times.
   */
  countInstructions?: boolean;
  /** File that the second serial port writes to. */
  traceFile?: string;
  /** File that holds the board's memory. */
  memoryFile?: string;
  /** Path of a Unix socket on which the emulator's control protocol (QMP) listens. */
  controlSocket?: string;
}

export interface RunOptions extends QemuOptions {
  onConsole(chunk: string): void;
  /** Time limit, after which the run is ended. */
  milliseconds?: number;
}

export type QemuResult =
  /** The machine ended the run with a status; see status.ts. */
  { kind: "exit"; status: number } | { kind: "timeout" } | { kind: "killed" };

/**
 * Logarithm of the nanoseconds for each instruction. One instruction takes more than one tick of the timer, so that
 * ticks count every instruction.
 */
const INSTRUCTION_SHIFT = 4;
const NANOSECONDS_PER_TICK = 10;

/** Number of instructions executed during `ticks` of the global timer, if instructions are counted. */
export function instructionsOf(ticks: number): number {
  return Math.round((ticks * NANOSECONDS_PER_TICK) / 2 ** INSTRUCTION_SHIFT);
}

const MIB = 0x100000;
/** DRAM of the emulated board begins here, even if an image was made for another part of it. */
const EMULATED_DRAM = 0x60000000;

/** The arguments of qemu-system-arm. */
export function qemuArguments(options: QemuOptions): string[] {
  const { dram } = options.native.board;
  const memory = (dram.base + dram.bytes - EMULATED_DRAM) / MIB;
  return [
    // Without the secure world: in it, the emulator reads the wrong register for alignment checks of user mode.
    ...["-machine", "vexpress-a9,secure=off", "-cpu", "cortex-a9", "-m", `${memory}M`],
    ...(options.memoryFile === undefined ? [] : memoryArguments(options.memoryFile, memory)),
    // No screen and no sound. The console is standard output.
    ...["-display", "none", "-audiodev", "none,id=none", "-monitor", "none"],
    ...(options.controlSocket === undefined ? [] : ["-qmp", `unix:${options.controlSocket},server=on,wait=off`]),
    ...["-serial", "stdio", "-serial", options.traceFile === undefined ? "null" : `file:${options.traceFile}`],
    ...["-semihosting-config", "enable=on,target=native"],
    ...(options.countInstructions ? ["-icount", `shift=${INSTRUCTION_SHIFT},sleep=off`] : []),
    ...["-kernel", options.image],
  ];
}

function memoryArguments(path: string, mebibytes: number): string[] {
  const backend = `memory-backend-file,id=dram,share=on,mem-path=${path},size=${mebibytes}M`;
  return ["-object", backend, "-machine", "memory-backend=dram"];
}

/** The emulator's command line for a shell. */
export function qemuCommandLine(options: QemuOptions): string {
  const quoted = (word: string) => (/^[\w./:=,+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
  return ["qemu-system-arm", ...qemuArguments(options)].map(quoted).join(" ");
}

/**
 * The relevant lines of an emulator's standard error. Removes messages about the board's sound chip, which cannot be
 * switched off another way.
 */
export function complaintsIn(text: string): string {
  return text.replace(/^audio: .*\n/gm, "").trim();
}

/** A running machine. */
export interface QemuRun {
  /** How the run ends. Rejects with the emulator's own message if it does not start the machine. */
  result: Promise<QemuResult>;
  /** Starts the time limit anew. */
  restartClock(): void;
  /** Ends the emulator in any state of the machine. */
  kill(): void;
}

const ENDING_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Starts a boot image. Throws a MissingTools error without an emulator. */
export function startQemu({ onConsole, milliseconds, ...options }: RunOptions): QemuRun {
  const qemu = spawn(toolPath("qemu"), qemuArguments(options), { stdio: ["ignore", "pipe", "pipe"] });
  let complaints = "";
  let stopped: QemuResult | null = null;
  const stop = (result: QemuResult) => {
    stopped ??= result;
    qemu.kill("SIGKILL");
  };
  // Without this, the emulator would go on after this process ends.
  const withUs = (signal: NodeJS.Signals) => {
    qemu.kill("SIGKILL");
    process.removeAllListeners(signal).kill(process.pid, signal);
  };
  for (const signal of ENDING_SIGNALS) process.once(signal, withUs);
  const timer = milliseconds === undefined ? undefined : setTimeout(() => stop({ kind: "timeout" }), milliseconds);
  const decoder = new TextDecoder();
  qemu.stdout.on("data", (chunk: Buffer) => onConsole(decoder.decode(chunk, { stream: true })));
  qemu.stderr.on("data", (chunk: Buffer) => {
    complaints += chunk;
  });
  const result = new Promise<QemuResult>((resolve, reject) => {
    qemu.on("error", reject);
    qemu.on("close", (status, signal) => {
      clearTimeout(timer);
      for (const signal of ENDING_SIGNALS) process.removeListener(signal, withUs);
      const complaint = complaintsIn(complaints);
      if (stopped !== null) resolve(stopped);
      else if (status === null) reject(new Error(`qemu-system-arm was ended by ${signal}`));
      else if (complaint !== "") reject(new Error(complaint));
      else resolve({ kind: "exit", status });
    });
  });
  return { result, restartClock: () => timer?.refresh(), kill: () => stop({ kind: "killed" }) };
}

export function runQemu(options: RunOptions): Promise<QemuResult> {
  return startQemu(options).result;
}
