/** Creates the machines that `typefish replay` uses. */
import { pandaboardEs } from "../../machines/boards/pandaboard-es";
import type { CallMachine } from "../../machines/calls/call-machine";
import { DirectMachine } from "../../machines/hosted/direct/direct-machine";
import { findNativeBoard, type NativeBoard } from "../../machines/native/boards";
import { NativeCallMachine } from "../../machines/native/call-machine";
import { buildNative } from "../../machines/native/make";
import { requireTools } from "../../machines/native/toolchain";
import { builtSystem } from "./built-files";

export const REPLAY_MACHINES = ["hosted", "native"] as const;
export type ReplayMachineName = (typeof REPLAY_MACHINES)[number];

export interface ReplayMachine {
  machine: CallMachine;
  end(): void;
}

/** For native: throws MissingTools without compilers and emulator, and NoCheckout without sources. */
export function createReplayMachine(name: ReplayMachineName): ReplayMachine {
  const hosted = DirectMachine.create({ board: pandaboardEs, images: builtSystem() });
  if (name === "hosted") return { machine: hosted, end: () => {} };
  requireTools("clang", "lld", "qemu");
  const native = findNativeBoard("vexpress-a9") as NativeBoard;
  buildNative(native, "caller");
  // The CPU driver's static data have the same place on both machines.
  const machine = new NativeCallMachine(native, hosted.kernelState - hosted.dram.base);
  return { machine, end: () => machine.end() };
}
