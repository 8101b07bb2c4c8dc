/**
 * An emulator that the host watches while it waits: its board's memory is a file, and so are its console and what it
 * complains about. Unlike `qemu.ts`, nothing here needs the event loop.
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

/** A boot takes a tenth of a second, most calls some microseconds. */
const PATIENCE_MS = 120_000;
/** Looks before the first pause, and the pause then. */
const EAGER_LOOKS = 100;
const PAUSE_MS = 0.1;
/** After so many looks, it is time to see whether the emulator is still there. */
const LOOKS_PER_CHECK = 50;

/**
 * Runs the emulator and leaves its status in the file that comes first. Standard input comes from the host and says
 * nothing: when it ends, the host is gone, and the emulator has nobody to work for.
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
      // Both sides have it open; nobody else needs its name.
      rmSync(memoryFile);
    } catch (error) {
      this.end();
      throw error;
    }
  }

  /** What there is in the end. Throws `RunEnded` if the emulator ends before. */
  wait<T>(look: () => T | null): T {
    const found = waitFor(look, () => this.status() !== null);
    if (found !== null) return found;
    if (this.status() === IDLE_STATUS) throw new RunEnded({ kind: "idle" });
    const said = this.lines("console").at(-1) ?? complaintsIn(this.read("complaints"));
    throw new RunEnded({ kind: "panic", message: said || `the emulator ended with status ${this.status()}` });
  }

  /** Ends the emulator, whatever it does, and removes what it left. */
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

  /** With which status the emulator ended; null as long as it runs. */
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

/** Looks until something is there; null if `isOver` comes first. */
function waitFor<T>(look: () => T | null, isOver: () => boolean = () => false): T | null {
  const deadline = performance.now() + PATIENCE_MS;
  for (let looks = 1; ; looks++) {
    const found = look();
    if (found !== null) return found;
    // Once more: it may have come just before the end.
    if (looks % LOOKS_PER_CHECK === 0 && isOver()) return look();
    if (looks > EAGER_LOOKS) Atomics.wait(pauseCell, 0, 0, PAUSE_MS);
    if (performance.now() > deadline) throw new Error("the emulated machine does not answer");
  }
}

function kill(id: number): void {
  try {
    process.kill(id, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** The emulator makes the file, and then makes it as large as the memory. */
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
