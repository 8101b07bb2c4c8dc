/**
 * An emulator that the host observes while it waits. The board's memory, the console and the emulator's error messages
 * are files. Unlike `qemu.ts`, this code does not need the event loop.
 */
import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunEnded } from "../calls/call-machine";
import type { ImageRequest } from "./make";
import { writeImage } from "./make";
import { MemoryFile } from "./memory-file";
import { complaintsIn, qemuArguments } from "./qemu";
import { IDLE_STATUS } from "./status";
import { toolPath } from "./toolchain";

/** Time limit for one wait. A boot takes a tenth of a second, and most calls take some microseconds. */
const PATIENCE_MS = 120_000;
/** Number of looks before the first pause, and the length of each pause. */
const EAGER_LOOKS = 100;
const PAUSE_MS = 0.1;
/** Number of looks between two checks that the emulator still runs. */
const LOOKS_PER_CHECK = 50;

/**
 * Runs the emulator and writes its exit status to the file that is the first argument. The host holds standard input
 * open and writes nothing. When standard input ends, the host has ended, and the emulator is stopped.
 */
const WATCHED = `
  status="$1"; shift
  exec 3<&0
  "$@" </dev/null 3<&- & emulator=$!
  (read -r _ <&3; kill -9 $emulator) 2>/dev/null & watch=$!
  wait $emulator; code=$?
  kill $watch 2>/dev/null
  echo $code > "$status"`;

const pauseCell = new Int32Array(new SharedArrayBuffer(4));

export class Emulator {
  readonly memory: MemoryFile;
  private readonly folder = mkdtempSync(join(tmpdir(), "typefish-"));

  /** Starts the board. Throws `RunEnded` if it ends before it has memory. */
  constructor(request: ImageRequest) {
    const { native } = request;
    try {
      const image = writeImage(request, this.path("image.elf"));
      const memoryFile = this.path("memory");
      const args = [...qemuArguments({ native, image, memoryFile }), "-pidfile", this.path("process")];
      const files = ["console", "complaints"].map((name) => openSync(this.path(name), "w"));
      const shell = ["-c", WATCHED, "sh", this.path("status"), toolPath("qemu"), ...args];
      spawn("sh", shell, { stdio: ["pipe", ...files] }).unref();
      for (const file of files) closeSync(file);
      this.memory = this.wait(() => openIfThere(memoryFile, native.board.dram.bytes));
      // Both sides have opened the file, so its name is no longer needed.
      rmSync(memoryFile);
    } catch (error) {
      this.end();
      throw error;
    }
  }

  /** Waits until `look` returns something, and returns it. Throws `RunEnded` if the emulator ends first. */
  wait<T>(look: () => T | null): T {
    const found = waitFor(look, () => this.status() !== null);
    if (found !== null) return found;
    if (this.status() === IDLE_STATUS) throw new RunEnded({ kind: "idle" });
    const said = this.lines("console").at(-1) ?? complaintsIn(this.read("complaints"));
    throw new RunEnded({ kind: "panic", message: said || `the emulator ended with status ${this.status()}` });
  }

  /** Ends the emulator in any state, and removes its files. */
  end(): void {
    const [process] = this.lines("process");
    if (process !== undefined && this.status() === null) {
      kill(Number(process));
      waitFor(() => this.status());
    }
    this.memory?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private path(name: string): string {
    return join(this.folder, name);
  }

  /** Exit status of the emulator; null while it runs. */
  private status(): number | null {
    const [status] = this.lines("status");
    return status === undefined ? null : Number(status);
  }

  private lines(name: string): string[] {
    return this.read(name).trim().split("\n").filter(Boolean);
  }

  private read(name: string): string {
    try {
      return readFileSync(this.path(name), "latin1");
    } catch {
      return "";
    }
  }
}

/** Repeats `look` until it returns something. Returns null if `isOver` becomes true first. */
function waitFor<T>(look: () => T | null, isOver: () => boolean = () => false): T | null {
  const deadline = performance.now() + PATIENCE_MS;
  for (let looks = 1; ; looks++) {
    const found = look();
    if (found !== null) return found;
    // Look once more: the result may have arrived just before the end.
    if (looks % LOOKS_PER_CHECK === 0 && isOver()) return look();
    if (looks > EAGER_LOOKS) Atomics.wait(pauseCell, 0, 0, PAUSE_MS);
    if (performance.now() > deadline) throw new Error("the emulated machine does not answer");
  }
}

function kill(id: number): void {
  try {
    process.kill(id, "SIGKILL");
  } catch {
    // The process has already ended.
  }
}

/**
 * Opens the file if it has its full size. The emulator first creates it, then enlarges it to the size of the memory.
 */
function openIfThere(path: string, bytes: number): MemoryFile | null {
  let memory: MemoryFile;
  try {
    memory = new MemoryFile(path, bytes);
  } catch {
    return null;
  }
  if (memory.size === bytes) return memory;
  memory.close();
  return null;
}
