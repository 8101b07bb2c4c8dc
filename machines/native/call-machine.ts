/**
 * The emulated board as a machine whose system calls the host makes. machines/native/caller/ runs on the board and
 * makes the calls in user mode. Host and caller communicate through the board's memory. The host waits for each answer,
 * as a program would; during the wait, this process does nothing else.
 */

import { INIT_SEGMENTS_VBASE } from "../../system/kpi/init-space";
import { CallWords } from "../../system/kpi/system-calls";
import type { Region } from "../boards/board";
import { Answer } from "../calls/answer";
import type { CallMachine, CallMachineBoot, Scratch } from "../calls/call-machine";
import type { NativeBoard } from "./boards";
import { CallerLayout } from "./caller-layout";
import { Emulator } from "./emulator";
import type { MemoryFile } from "./memory-file";

const SCRATCH_BYTES = CallerLayout.SIZE - CallerLayout.SCRATCH;
const PAGE = 4096;
/** The caller's memory lies near the CPU driver's, so only this part is searched. */
const SEARCHED_BYTES = 4 << 20;

interface Run {
  emulator: Emulator;
  /** Offset of the memory that the caller shares. */
  mailbox: number;
  calls: number;
}

export class NativeCallMachine implements CallMachine {
  readonly scratch: Scratch = { address: 0, bytes: new DataView(new ArrayBuffer(SCRATCH_BYTES)) };
  private run: Run | null = null;

  /**
   * The CPU driver and the caller must have been built. `stateOffset` is the offset of the CPU driver's state in DRAM.
   */
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
    return this.running().emulator.memory;
  }

  boot({ memoryMap, commandLine }: CallMachineBoot = {}): void {
    this.end();
    const { native } = this;
    const emulator = new Emulator({ native, program: "caller", moduleString: "caller", commandLine, memoryMap });
    try {
      const mailbox = emulator.wait(() => findMailbox(emulator.memory));
      this.scratch.address = emulator.memory.read(mailbox + CallerLayout.SCRATCH_ADDRESS, 4).getUint32(0, true);
      this.run = { emulator, mailbox, calls: 0 };
    } catch (error) {
      emulator.end();
      throw error;
    }
  }

  call(words: readonly number[]): Answer {
    const run = this.running();
    const { mailbox } = run;
    const { memory } = run.emulator;
    memory.forget();
    run.calls++;
    const all = Array.from({ length: CallWords.MAX }, (_, index) => (words[index] ?? 0) >>> 0);
    memory.writeWords(mailbox + CallerLayout.WORDS, all);
    memory.writeWords(mailbox + CallerLayout.REQUESTED, [run.calls]);
    const answered = () => memory.read(mailbox + CallerLayout.ANSWERED, 4).getUint32(0, true) === run.calls;
    run.emulator.wait(() => answered() || null);
    // Read the answer only now: the bytes of one read may be fetched in any order.
    const answer = memory.read(mailbox, CallerLayout.SIZE);
    const word = (offset: number) => BigInt(answer.getUint32(offset, true));
    const scratch = new Uint8Array(answer.buffer, CallerLayout.SCRATCH, SCRATCH_BYTES);
    new Uint8Array(this.scratch.bytes.buffer).set(scratch);
    return new Answer((word(CallerLayout.VALUE) << 32n) | word(CallerLayout.ERROR));
  }

  /** Ends the present run, if there is one. The machine can boot again. */
  end(): void {
    this.run?.emulator.end();
    this.run = null;
  }

  private running(): Run {
    if (!this.run) throw new Error("the machine has not booted");
    return this.run;
  }
}

/**
 * Offset of the memory that the running caller shares. The mark also occurs in its code, but not with such an address.
 */
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
