/**
 * The emulated board as a machine whose system calls the host makes: native/caller/ runs on it and makes them in
 * user mode. The two meet in the board's memory, which is a file. The host waits for each answer, as a program would;
 * meanwhile nothing else happens in this process.
 */
import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Region } from "../boards/board";
import { INIT_SEGMENTS_VBASE } from "../kpi/init-space";
import { CallWords } from "../kpi/system-calls";
import { Answer } from "../machine/direct/answer";
import { type CallMachine, type CallMachineBoot, RunEnded, type Scratch } from "../machine/direct/call-machine";
import type { NativeBoard } from "./boards";
import { CallerLayout, CallerRequest } from "./caller-layout";
import { writeImage } from "./make";
import { MemoryFile } from "./memory-file";
import { qemuArguments } from "./qemu";
import { IDLE_STATUS } from "./status";
import { toolPath } from "./toolchain";

/** A boot takes a tenth of a second, most calls some microseconds. */
const ANSWER_MS = 120_000;
/** Looks at the memory before the first pause, and the pause then. */
const EAGER_LOOKS = 100;
const PAUSE_MS = 0.1;
/** After so many looks, it is time to see whether the emulator is still there. */
const LOOKS_PER_CHECK = 50;

const SCRATCH_BYTES = CallerLayout.SIZE - CallerLayout.SCRATCH;
const PAGE = 4096;
/** The caller's memory is near the CPU driver's. */
const SEARCHED_BYTES = 4 << 20;

/** Runs a program, and then leaves its status in the file that comes first. */
const LEAVE_STATUS = 'status="$1"; shift; "$@"; echo "$?" > "$status"';

const pauseCell = new Int32Array(new SharedArrayBuffer(4));

interface Run {
  memory: MemoryFile;
  /** Offset of what the caller shares. */
  mailbox: number;
  calls: number;
}

export class NativeCallMachine implements CallMachine {
  readonly scratch: Scratch = { address: 0, bytes: new DataView(new ArrayBuffer(SCRATCH_BYTES)) };
  private run: Run | null = null;
  private readonly folder = mkdtempSync(join(tmpdir(), "typefish-"));

  /** The CPU driver and the caller must have been built. `stateOffset` is that of the CPU driver's state in DRAM. */
  constructor(
    private readonly native: NativeBoard,
    private readonly stateOffset: number,
  ) {}

  get dram(): Region {
    return this.native.board.dram;
  }

  get kernelState(): number {
    return this.dram.base + this.stateOffset;
  }

  get bytes(): MemoryFile {
    return this.running().memory;
  }

  boot({ memoryMap, commandLine }: CallMachineBoot = {}): void {
    this.stop();
    const { native } = this;
    const request = { native, program: "caller", moduleString: "caller", commandLine, memoryMap };
    const image = writeImage(request, this.path("image.elf"));
    const memoryFile = this.path("memory");
    const [console, complaints] = [openSync(this.path("console"), "w"), openSync(this.path("complaints"), "w")];
    const args = [...qemuArguments({ native, image, memoryFile }), "-pidfile", this.path("process")];
    spawn("sh", ["-c", LEAVE_STATUS, "sh", this.path("status"), toolPath("qemu"), ...args], {
      stdio: ["ignore", console, complaints],
    }).unref();
    for (const file of [console, complaints]) closeSync(file);

    const memory = this.wait(() => openIfThere(memoryFile, this.dram.bytes));
    rmSync(memoryFile);
    const mailbox = this.wait(() => findMailbox(memory));
    this.run = { memory, mailbox, calls: 0 };
    this.scratch.address = memory.read(mailbox + CallerLayout.SCRATCH_ADDRESS, 4).getUint32(0, true);
  }

  call(words: readonly number[]): Answer {
    const run = this.running();
    const { memory, mailbox } = run;
    memory.forget();
    run.calls++;
    const all = Array.from({ length: CallWords.MAX }, (_, index) => (words[index] ?? 0) >>> 0);
    memory.writeWords(mailbox + CallerLayout.WORDS, all);
    memory.writeWords(mailbox + CallerLayout.REQUESTED, [run.calls]);
    const answered = () => memory.read(mailbox + CallerLayout.ANSWERED, 4).getUint32(0, true) === run.calls;
    this.wait(() => answered() || null);
    // Only now: nobody knows in which order the bytes of one reading are looked at.
    const answer = memory.read(mailbox, CallerLayout.SIZE);
    const word = (offset: number) => BigInt(answer.getUint32(offset, true));
    const scratch = new Uint8Array(answer.buffer, CallerLayout.SCRATCH, SCRATCH_BYTES);
    new Uint8Array(this.scratch.bytes.buffer).set(scratch);
    return new Answer((word(CallerLayout.VALUE) << 32n) | word(CallerLayout.ERROR));
  }

  /** Ends the run, whatever state it is in, and removes what it left. */
  end(): void {
    this.run?.memory.close();
    const [emulator] = this.lines("process");
    if (emulator !== undefined) kill(Number(emulator));
    rmSync(this.folder, { recursive: true, force: true });
  }

  private path(name: string): string {
    return join(this.folder, name);
  }

  private running(): Run {
    if (!this.run) throw new Error("the machine has not booted");
    return this.run;
  }

  /** Ends the emulator, which may have ended by itself. */
  private stop(): void {
    if (!this.run) return;
    const { memory, mailbox } = this.run;
    this.run = null;
    memory.writeWords(mailbox + CallerLayout.REQUESTED, [CallerRequest.END]);
    waitFor(() => this.status());
    memory.close();
    rmSync(this.path("status"));
  }

  /** What there is in the end, unless the emulator ends before. */
  private wait<T>(look: () => T | null): T {
    const found = waitFor(look, () => this.status() !== null);
    if (found !== null) return found;
    if (this.status() === IDLE_STATUS) throw new RunEnded({ kind: "idle" });
    const said = [...this.lines("console"), ...this.lines("complaints")].at(-1);
    throw new RunEnded({ kind: "panic", message: said ?? `the emulator ended with status ${this.status()}` });
  }

  /** With which status the emulator ended; null as long as it runs. */
  private status(): number | null {
    const [status] = this.lines("status");
    return status === undefined ? null : Number(status);
  }

  private lines(name: string): string[] {
    try {
      return readFileSync(this.path(name), "latin1").trim().split("\n").filter(Boolean);
    } catch {
      return [];
    }
  }
}

function kill(id: number): void {
  try {
    process.kill(id, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** Looks until something is there; null if `isOver` comes first. */
function waitFor<T>(look: () => T | null, isOver: () => boolean = () => false): T | null {
  const deadline = performance.now() + ANSWER_MS;
  for (let looks = 1; ; looks++) {
    const found = look();
    if (found !== null) return found;
    // Once more: it may have come just before the end.
    if (looks % LOOKS_PER_CHECK === 0 && isOver()) return look();
    if (looks > EAGER_LOOKS) Atomics.wait(pauseCell, 0, 0, PAUSE_MS);
    if (performance.now() > deadline) throw new Error("the emulated machine does not answer");
  }
}

/** The emulator makes the file, and then makes it as large as the memory. */
function openIfThere(path: string, bytes: number): MemoryFile | null {
  try {
    const memory = new MemoryFile(path, bytes);
    if (memory.size === bytes) return memory;
    memory.close();
    return null;
  } catch {
    return null;
  }
}

/** Offset of what the caller shares, once it runs. The marks are in its text, too, but not with such an address. */
function findMailbox(memory: MemoryFile): number | null {
  const words = new Uint32Array(memory.read(0, SEARCHED_BYTES).buffer);
  const next = (from: number) => words.indexOf(CallerLayout.MARK_VALUE, from);
  for (let at = next(0); at >= 0; at = next(at + 1)) {
    const offset = at * 4;
    const address = words[at + CallerLayout.SCRATCH_ADDRESS / 4] as number;
    if (address >= INIT_SEGMENTS_VBASE && address % PAGE === (offset + CallerLayout.SCRATCH) % PAGE) return offset;
  }
  return null;
}
