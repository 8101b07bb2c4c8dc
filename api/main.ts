/**
 * The entry `typefish`: boards, the simulated machine, and recordings of it. It runs in Node and in browsers.
 *
 * ```ts
 * import { createMachine } from "typefish";
 *
 * const machine = createMachine(files, { scenario: "T03" });
 * const result = machine.run();
 * ```
 *
 * @module typefish
 */
export type { Board, Region } from "../machines/boards/board";
export { withMemory } from "../machines/boards/board";
export { boards, findBoard } from "../machines/boards/index";
export type { BootModule, MapRegion } from "../machines/boot-loader";
export { Answer } from "../machines/calls/answer";
export type { Bytes, CallMachine, CallMachineBoot, Scratch } from "../machines/calls/call-machine";
export { RunEnded } from "../machines/calls/call-machine";
export type {
  Destination,
  MapArguments,
  ModifyArguments,
  RetypeArguments,
  SetupArguments,
  SlotAddress,
} from "../machines/calls/call-words";
export { type Identity, SystemCalls } from "../machines/calls/system-calls";
export type { CounterName } from "../machines/hosted/core";
export type {
  DirectBootOptions,
  DirectImages,
  DirectOptions,
  DirectProgram,
  SystemCall,
} from "../machines/hosted/direct/direct-machine";
export { DirectMachine } from "../machines/hosted/direct/direct-machine";
export type { Limits, MachineImages, MachineOptions, RunOptions, SystemCallObserver } from "../machines/hosted/machine";
export { Machine } from "../machines/hosted/machine";
export type { PhysicalMemory } from "../machines/hosted/physical-memory";
export type {
  CallMoment,
  Changes,
  ConsolePiece,
  Edge,
  FaultMoment,
  Moment,
  PhysicalRange,
  RecordedCall,
  RecordedFault,
  RecordedImages,
  RecordOptions,
  Span,
  TouchOptions,
  Window,
} from "../machines/hosted/recording/recording";
export { Recording, RecordingError } from "../machines/hosted/recording/recording";
export type { Script, ScriptedCall, Word } from "../machines/hosted/script";
export type { Phase, Snapshot } from "../machines/hosted/snapshot";
export type { BootResult, Fault, Frame, LimitKind, RunResult } from "../machines/results";
export { CapLevel } from "../system/kpi/cspace";
export { MultibootMapType } from "../system/kpi/multiboot";
export { TrapKind } from "../system/kpi/traps";
export type { RecordableFiles, RecordingOptions, SystemFiles, SystemOptions } from "./create-machine";
export { createMachine, createRecording } from "./create-machine";
