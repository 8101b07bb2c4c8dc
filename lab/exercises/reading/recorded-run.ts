/**
 * The recording of a reading exercise, as its questions look at it. Everything is read from memory and from the words of
 * the calls; the program that made the run (lab/program/reading.ts) gives no answers.
 */

import { type Board, withMemory } from "../../../machines/boards/board";
import { pandaboardEs } from "../../../machines/boards/pandaboard-es";
import { type RecordedImages, Recording } from "../../../machines/hosted/recording/recording";
import { callLine } from "../../../observe/calls/text";
import { CallTracer, type SystemCall } from "../../../observe/calls/tracer";
import type { Capability } from "../../../observe/decode/capability";
import { allSlots } from "../../../observe/decode/cspace";
import { PhysicalReader } from "../../../observe/decode/memory-reader";
import { decodeMmuRegisters } from "../../../observe/decode/mmu-state";
import { type PageWalk, walkPage } from "../../../observe/decode/page-walk";
import { System } from "../../../observe/decode/system";
import { parseCount } from "../../../observe/text/quantities";

const MIB = 0x100000;
/** Small, so that recordings are made fast and files are small. */
export const READING_BOARD: Board = withMemory(pandaboardEs, 16 * MIB);

export interface ReadingFiles {
  /** The images, with the program of the reading exercises as `init`. */
  images: RecordedImages;
  elf: Uint8Array;
}

/** Runs the program and records it. Equal seeds give equal runs, byte for byte. */
export function recordReading({ images, elf }: ReadingFiles, exercise: string, seed: number): Recording {
  const modules = [{ string: `READING=${exercise} SEED=${seed} init`, elf }];
  return Recording.record({ board: READING_BOARD, images, modules, limits: { systemCalls: 100_000 } });
}

/** A change of something between two states, and the call that made it. */
export interface Transition<T> {
  call: number;
  before: T;
  after: T;
}

/** A capability in a slot of the program, by the slot's capability address. */
export interface Held {
  slot: number;
  capability: Capability;
}

/** What was typed as an answer. */
export type Answer = { call: number } | { address: number };

/** Reads `17` or `call 17` as a call, `0x702` or `slot 0x702` as an address; null for another text. */
export function parseAnswer(text: string): Answer | null {
  const [, number = ""] = /^\s*(?:call|slot|page|#)?\s*(\S+?)\s*\.?\s*$/i.exec(text) ?? [];
  const value = parseCount(number);
  if (value === null) return null;
  return /^0x/i.test(number) ? { address: value } : { call: value };
}

export class RecordedRun {
  /** The first call after the program said "begin", and the last one before it said "end". */
  readonly from: number;
  readonly to: number;
  /** The address that the question is about; 0 if it is about none. */
  readonly about: number;

  private readonly heldAfter = new Map<number, Held[]>();
  private readonly tracedCalls = new Map<number, SystemCall>();

  constructor(readonly recording: Recording) {
    const text = (words: string) =>
      recording.console.find(({ text }) => text.includes(`reading: ${words}`)) ?? missing(`"reading: ${words}"`);
    this.from = text("begin").call + 1;
    this.to = text("end").call - 1;
    const about = recording.console.map(({ text }) => /reading: about (0x[0-9a-f]+)/.exec(text)?.[1]).find(Boolean);
    this.about = about === undefined ? 0 : Number(about);
  }

  /** The system at the exit of a call. It is valid until memory is moved. */
  after(call: number): System {
    const { recording } = this;
    recording.goTo({ call, at: "exit" });
    return new System(this.reader, recording.kernelState);
  }

  /** The capabilities in the program's slots after a call, in the order of their addresses. Moves memory. */
  held(call: number): Held[] {
    const known = this.heldAfter.get(call);
    if (known) return known;
    const cspace = this.after(call).cspace();
    const held = (cspace ? allSlots(cspace) : []).map(({ address, level, capability }) => {
      return { slot: level === 1 ? address >>> 8 : address, capability };
    });
    this.heldAfter.set(call, held);
    return held;
  }

  /** What a slot holds after a call; null if it is empty. */
  heldIn(slot: number, call: number): Capability | null {
    return this.held(call).find((held) => held.slot === slot)?.capability ?? null;
  }

  /** How the MMU finds a virtual address after a call. */
  walk(address: number, call: number): PageWalk {
    this.recording.goTo({ call, at: "exit" });
    return walkPage(this.reader, decodeMmuRegisters(this.recording.machinePage), address);
  }

  /** The calls of the question that change what `state` returns, in their order. */
  transitions<T>(state: (call: number) => T): Transition<T>[] {
    const found: Transition<T>[] = [];
    let before = state(this.from - 1);
    for (let call = this.from; call <= this.to; call++) {
      const after = state(call);
      if (after !== before) found.push({ call, before, after });
      before = after;
    }
    return found;
  }

  /** A call, decoded. Moves memory. */
  traced(number: number): SystemCall {
    const { recording, tracedCalls } = this;
    const known = tracedCalls.get(number);
    if (known) return known;
    const { words, result } = recording.call(number);
    const tracer = new CallTracer(this.reader, recording.kernelState);
    recording.goTo({ call: number, at: "entry" });
    const handle = () => {
      recording.goTo({ call: number, at: "exit" });
      return result ?? 0n;
    };
    tracer.trace(number, Array.from(words), handle, (call) => tracedCalls.set(number, call));
    return tracedCalls.get(number) ?? missing(`call ${number}`);
  }

  /** A call in words: `Call 17 is delete(slot=0x702 (RAM ...)) = ok.` */
  describe(call: number): string {
    return `Call ${call} is ${callLine(this.traced(call))}.`;
  }

  /** A sentence about an answer that is no call of the question; null if it is one. */
  outOfRange(call: number): string | null {
    if (call >= this.from && call <= this.to) return null;
    return `The question is about the calls ${this.from} to ${this.to}. ${call} is not one of them.`;
  }

  private get reader(): PhysicalReader {
    const { dram, board } = this.recording;
    return new PhysicalReader(dram, board.dram.base);
  }
}

function missing(what: string): never {
  throw new Error(`the recording of the exercise has no ${what}`);
}
