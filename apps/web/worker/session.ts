/** One run: its recording, and the answers about it. */
import { type Board, withMemory } from "../../../machines/boards/board";
import { findBoard } from "../../../machines/boards/index";
import { Machine } from "../../../machines/hosted/machine";
import { type ConsolePiece, Recording, RecordingError } from "../../../machines/hosted/recording/recording";
import type { RunResult } from "../../../machines/results";
import { beginOfLine, type ListedScenario, listedOfLine } from "../../../observe/scenario-lines";
import { scenarioSections } from "../../../observe/scenario-sections";
import { LineSplitter } from "../../../observe/text/lines";
import { counted } from "../../../observe/text/quantities";
import { BASE_PAGE_SIZE } from "../../../system/kpi/types";
import { english } from "../english";
import type { Run } from "../place";
import type { ConsoleLine, RunInfo } from "../protocol";
import type { Progress } from "../requests/messages";
import { Refusal } from "../requests/serve";
import type { Selection } from "../selection";
import { type CallDetail, callDetail } from "./call-detail";
import { type FragmentationSample, fragmentationAt } from "./fragmentation";
import { rangesOf } from "./ranges";
import { momentAt, Source } from "./source";
import type { SystemFiles } from "./system";
import { type TimelinePiece, timelinePiece } from "./timeline";

const MIB = 0x100000;

function ending(result: RunResult): string {
  switch (result.kind) {
    case "exit":
      return `The program ended with status ${result.status}.`;
    case "idle":
      return "The program waits for messages.";
    case "stopped":
      return `The run was stopped after ${result.systemCalls} system calls.`;
    case "played":
      return `The program has returned from ${counted(result.calls, "call")}.`;
    default:
      return `${result.message[0]?.toUpperCase()}${result.message.slice(1)}.`;
  }
}

/** The string of init's boot module: its environment, then its name. */
function moduleString({ scenario, libmm }: Run): string {
  if (!/^[!-~]*$/.test(scenario)) throw new Refusal(`'${scenario}' is not a pattern: it must not contain spaces.`);
  const scenarios = scenario === "" ? [] : [`SCENARIO=${scenario}`, "BEGIN=1"];
  return [...scenarios, `LIBMM=${libmm}`, "init"].join(" ");
}

/** A browser may have no room for the linear memory: says so in a sentence. */
function withinMemory<T>(mib: number, make: () => T): T {
  try {
    return make();
  } catch (error) {
    const isMemory = error instanceof RangeError && /memory|allocat/i.test(error.message);
    throw isMemory ? new Refusal(english.noMemory(mib, error.message)) : error;
  }
}

/** The lines of the console. init's lines that a scenario begins are left out: they are there for the sections. */
function consoleLines(pieces: readonly ConsolePiece[]): ConsoleLine[] {
  const found: ConsoleLine[] = [];
  let present = 0;
  const lines = new LineSplitter((text) => {
    if (beginOfLine(text) === null) found.push({ text, call: present });
  });
  for (const { text, call } of pieces) {
    present = call;
    lines.push(text);
  }
  lines.end();
  return found;
}

/** Lets init list its scenarios. */
export function listScenarios(files: SystemFiles, run: Run): ListedScenario[] {
  const listed: ListedScenario[] = [];
  const lines = new LineSplitter((text) => {
    const scenario = listedOfLine(text);
    if (scenario) listed.push(scenario);
  });
  const machine = Machine.create({
    board: boardFor({ ...run, memory: LIST_MEMORY }),
    images: files.images,
    modules: [{ string: "LIST=1 SCENARIO=* init", elf: files.initElf }],
    onConsole: (chunk) => lines.push(chunk),
  });
  machine.run();
  lines.end();
  return listed;
}

/** MiB of the board that lists scenarios. */
const LIST_MEMORY = 16;

function boardFor({ board: name, memory }: Run): Board {
  const board = findBoard(name);
  if (!board) throw new Refusal(`There is no board '${name}'. Choose one in the toolbar.`);
  return withMemory(board, memory * MIB);
}

export class Session {
  private constructor(
    private readonly past: Recording,
    private readonly file?: string,
  ) {}

  static start(files: SystemFiles, run: Run, onProgress: (progress: Progress) => void): Session {
    const board = boardFor(run);
    const past = withinMemory(run.memory, () =>
      Recording.record({
        board,
        images: files.images,
        modules: [{ string: moduleString(run), elf: files.initElf }],
        onProgress: (calls) => onProgress({ share: 0, text: english.progress.recording(calls) }),
      }),
    );
    return new Session(past);
  }

  static async open(files: SystemFiles, name: string, bytes: Uint8Array): Promise<Session> {
    try {
      return new Session(await Recording.open(bytes, files.images.recorder), name);
    } catch (error) {
      throw error instanceof RecordingError ? new Refusal(`${name}: ${error.message}`) : error;
    }
  }

  get info(): RunInfo {
    const { board, calls, end, result, console } = this.past;
    return {
      ...(this.file === undefined ? {} : { file: this.file }),
      board: board.name,
      dram: board.dram,
      calls,
      lastMoment: "call" in end ? end.call : calls,
      ending: ending(result),
      frames: "frames" in result ? result.frames : [],
      console: consoleLines(console),
      scenarios: scenarioSections(console, calls),
    };
  }

  /** Goes to the moment after a call. It records again if the recording does not hold that moment any more. */
  source(call: number, selection: Selection | null, onProgress: (progress: Progress) => void = () => {}): Source {
    const { end, calls } = this.past;
    const last = "call" in end ? end.call : calls;
    const at = Math.min(Math.max(0, call), last);
    const moment = momentAt(this.past, at);
    if (!this.past.holds(moment)) onProgress({ share: 0, text: english.progress.recordingAgain });
    this.past.goTo(moment);
    return new Source(this.past, at, selection);
  }

  /** The words of pages of memory, one page after the other. */
  words(call: number, pages: readonly number[]): Uint32Array {
    const { dram, region } = this.source(call, null);
    const words = new Uint32Array((pages.length * BASE_PAGE_SIZE) / 4);
    pages.forEach((base, index) => {
      const offset = dram.byteOffset + base - region.base;
      const found = new Uint32Array(dram.buffer, offset, BASE_PAGE_SIZE / 4);
      words.set(found, (index * BASE_PAGE_SIZE) / 4);
    });
    return words;
  }

  detail(call: number): CallDetail {
    return callDetail(this.past, call);
  }

  timeline(from: number, milliseconds: number): TimelinePiece {
    return timelinePiece(this.past, from, milliseconds);
  }

  /** The next call after `call`, or the last one before or at it, that changed what is selected; null if none did. */
  touching(selection: Selection, call: number, direction: "forwards" | "backwards"): number | null {
    const source = this.source(call, selection);
    const ranges = rangesOf(selection, source);
    if (ranges.length === 0) return null;
    for (const span of this.past.touching(ranges, { from: momentAt(this.past, source.call), direction })) {
      return span.call;
    }
    return null;
  }

  stack(call: number): ReturnType<Recording["stackAt"]> {
    return this.past.stackAt(call);
  }

  fragmentation(calls: readonly number[]): FragmentationSample[] {
    return fragmentationAt(this.past, calls);
  }

  save(): Promise<Uint8Array> {
    return this.past.save();
  }
}
