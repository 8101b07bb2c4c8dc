/** Turns a recording into the blocks of a file, and back. */
import { isBoard } from "../../boards/board";
import type { RunResult } from "../../results";
import type { Limits } from "../machine";
import { MACHINE_PAGE } from "../mmu/layout";
import { CHUNK_BYTES, type PhysicalMemory } from "../physical-memory";
import { linesOf, wordsOf } from "./entries";
import { Fact, type RunFacts } from "./facts";
import { type Block, damaged, type FileContents, joined, readFile, writeFile } from "./file";
import { bytesOf, type RecordedImages } from "./images";
import { Log } from "./log";
import { RecorderProbe } from "./probe";
import { CLEARED, FILLED, LINE_BYTES, RUN, TAGS } from "./recorder/layout";
import { type ConsoleEvent, type FaultEvent, ROW_WORDS, type Setup, UNKNOWN } from "./run";
import { Timeline } from "./timeline";

/** A recording whose memory is before the first epoch of its log. */
export interface State {
  facts: RunFacts;
  memory: PhysicalMemory;
  timeline: Timeline;
}

/** The part of a file that is JSON. */
interface SavedFacts {
  board: Setup["board"];
  commandLine: string;
  moduleStrings: string[];
  limits: Limits;
  /** Absent if the program ran by itself. Words of 64 bits are texts of decimal digits, because JSON has no bigint. */
  script?: SavedCall[] | undefined;
  logBytes: number;
  calls: number;
  result: RunResult;
  endsInCall: boolean;
  kernelState: number;
  domainState: number | null;
  console: readonly ConsoleEvent[];
  faults: readonly FaultEvent[];
  /** The call that `entries` and `exits` begin with. */
  from: number;
}

type SavedCall = [name: string, ...words: (number | string)[]];

/** The longest run of lines. */
const MOST_LINES = RUN - 1;

const IMAGES = ["mmu", "mmuAccess", "cpudriver", "init"] as const;

// ---- saving ----

export function saveState({ facts, memory, timeline }: State): Promise<Uint8Array> {
  const { setup, images, logBytes, calls, result, endsInCall, kernelState, domainState, console, rows } = facts;
  const { board, commandLine, limits, modules, script } = setup;
  const { log, edges } = timeline;
  const from = Math.min(timeline.first, timeline.last);
  const rebased = (epochs: number) => epochs - log.firstEpoch;
  const saved: SavedFacts = {
    ...{ board, commandLine, limits, logBytes, calls, result, endsInCall, kernelState, domainState, console, from },
    moduleStrings: modules.map(({ string }) => string),
    script: script?.map(({ name, words }) => [
      name,
      ...words.map((word) => (typeof word === "bigint" ? String(word) : word)),
    ]),
    faults: timeline.faults.map((event) => {
      return { ...event, entered: rebased(event.entered), left: event.left === null ? null : rebased(event.left) };
    }),
  };
  const cutEdges = (epochs: Uint32Array) =>
    epochs.slice(from).map((count) => (count === UNKNOWN || count < log.firstEpoch ? UNKNOWN : rebased(count)));
  const chunks = memory.nonZeroChunks(TAGS);
  const { lines, masks, words, sizes } = splitLog(log, new Int32Array(memory.wasm.buffer));
  const blocks: Block[] = [
    { name: "calls", numbers: columnsOf(rows) },
    { name: "entries", numbers: differencesOf(cutEdges(edges.entries)) },
    { name: "exits", numbers: differencesOf(cutEdges(edges.exits)) },
    { name: "sizes", numbers: sizes },
    { name: "lines", numbers: differencesOf(lines) },
    { name: "masks", numbers: masks },
    { name: "words", numbers: words },
    { name: "chunks", numbers: Uint32Array.from(chunks.keys()) },
    { name: "memory", bytes: joined([...chunks.values()]) },
    ...IMAGES.map((name) => ({ name, bytes: bytesOf(images[name]) })),
    ...(images.positions === undefined
      ? []
      : [{ name: "positions", bytes: new TextEncoder().encode(images.positions) }]),
    ...modules.map(({ elf }, index) => ({ name: `module ${index}`, bytes: elf })),
  ];
  return writeFile(saved, blocks);
}

/** The log as one array for each kind of number. */
function splitLog(log: Log, memory: Int32Array) {
  const { words: chunks, sizes } = log.contents(memory);
  const total = chunks.reduce((sum, { length }) => sum + length, 0);
  const [lines, masks, words] = [new Uint32Array(total / 2), new Uint32Array(total / 2), new Uint32Array(total)];
  let [lineCount, wordCount] = [0, 0];
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const mask = chunk[at + 1] as number;
      lines[lineCount] = chunk[at] as number;
      masks[lineCount++] = mask;
      const end = at + 2 + wordsOf(mask);
      for (at += 2; at < end; at++) words[wordCount++] = chunk[at] as number;
    }
  }
  return {
    lines: lines.slice(0, lineCount),
    masks: masks.slice(0, lineCount),
    words: words.slice(0, wordCount),
    sizes,
  };
}

/** Rows column by column. The sizes of the log are stored as differences. */
function columnsOf(rows: Uint32Array): Uint32Array {
  const count = rows.length / ROW_WORDS;
  const columns = new Uint32Array(rows.length);
  for (let column = 0; column < ROW_WORDS; column++) {
    for (let row = 0; row < count; row++) columns[column * count + row] = rows[row * ROW_WORDS + column] as number;
  }
  const start = Fact.LOG * count;
  columns.set(differencesOf(columns.subarray(start, start + count)), start);
  return columns;
}

function rowsOf(columns: Uint32Array): Uint32Array {
  const count = columns.length / ROW_WORDS;
  const start = Fact.LOG * count;
  columns.set(sumsOf(columns.subarray(start, start + count)), start);
  const rows = new Uint32Array(columns.length);
  for (let column = 0; column < ROW_WORDS; column++) {
    for (let row = 0; row < count; row++) rows[row * ROW_WORDS + column] = columns[column * count + row] as number;
  }
  return rows;
}

/** Each number as the difference from the one before it, modulo 2^32. */
function differencesOf(numbers: Uint32Array): Uint32Array {
  return numbers.map((number, index) => number - (index === 0 ? 0 : (numbers[index - 1] as number)));
}

function sumsOf(differences: Uint32Array): Uint32Array {
  let sum = 0;
  return differences.map((difference) => {
    sum = (sum + difference) >>> 0;
    return sum;
  });
}

// ---- opening ----

/** Rejects with a RecordingError for anything but a whole file of this version. */
export async function openState(file: Uint8Array, recorder: RecordedImages["recorder"]): Promise<State> {
  const contents = await readFile(file);
  const saved = checkedFacts(contents.facts);
  const { board, commandLine, limits, logBytes, calls, result, endsInCall, kernelState, domainState } = saved;
  const { console, faults, moduleStrings, from } = saved;
  const rows = rowsOf(contents.numbers("calls"));
  if (rows.length !== (calls + 1) * ROW_WORDS) throw damaged("it does not have the calls that its header counts");
  const memory = RecorderProbe.memoryFor(board.dram);
  memory.writeChunks(chunksOf(contents, board.dram.bytes));
  const log = joinedLog(contents, board.dram.bytes);
  const edges = {
    entries: wholeEdges(contents.numbers("entries"), from, calls, log.epochs),
    exits: wholeEdges(contents.numbers("exits"), from, calls, log.epochs),
  };
  const positions = hasPositions(contents) ? { positions: new TextDecoder().decode(contents.bytes("positions")) } : {};
  const [mmu, mmuAccess, cpudriver, init] = IMAGES.map((name) => contents.bytes(name)) as [Bytes, Bytes, Bytes, Bytes];
  const images: RecordedImages = { mmu, mmuAccess, cpudriver, init, recorder, ...positions };
  const modules = moduleStrings.map((string, index) => ({ string, elf: contents.bytes(`module ${index}`) }));
  const script = saved.script?.map(([name, ...words]) => {
    return { name, words: words.map((word) => (typeof word === "string" ? BigInt(word) : word)) };
  });
  const setup = { board, commandLine, limits, modules, script };
  const shared = { console, faults, endsInCall, kernelState, domainState };
  const facts: RunFacts = { setup, images, logBytes, calls, result, rows, ...shared };
  return { facts, memory, timeline: new Timeline(log, faults, edges, from) };
}

type Bytes = Uint8Array<ArrayBuffer>;

function hasPositions(contents: FileContents): boolean {
  return contents.names.includes("positions");
}

/** The facts of a file, if they have the types that the rest of the code relies on. */
function checkedFacts(given: unknown): SavedFacts {
  const facts = given as SavedFacts;
  const isNumber = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  const isList = <T>(value: readonly T[], isItem: (item: T) => boolean) => Array.isArray(value) && value.every(isItem);
  const isRight =
    typeof facts === "object" &&
    facts !== null &&
    isBoard(facts.board) &&
    typeof facts.commandLine === "string" &&
    isList(facts.moduleStrings, (string) => typeof string === "string") &&
    typeof facts.limits === "object" &&
    (facts.script === undefined || isList(facts.script, isCall)) &&
    [facts.logBytes, facts.calls, facts.from, facts.kernelState].every(isNumber) &&
    facts.from <= facts.calls &&
    (facts.domainState === null || isNumber(facts.domainState)) &&
    typeof facts.endsInCall === "boolean" &&
    typeof facts.result?.kind === "string" &&
    isList(facts.console, ({ call, by, text }: ConsoleEvent) => {
      return isNumber(call) && (by === "kernel" || by === "program") && typeof text === "string";
    }) &&
    isList(facts.faults, ({ fault, call, entered, left }: FaultEvent) => {
      const isEpoch = (value: number | null) => value === null || Number.isSafeInteger(value);
      return typeof fault?.kind === "string" && isNumber(call) && isEpoch(entered) && isEpoch(left);
    });
  if (!isRight) throw damaged("its header does not describe a run");
  return facts;
}

function isCall(call: SavedCall): boolean {
  if (!Array.isArray(call)) return false;
  const [name, ...words] = call;
  const isWord = (word: number | string) => typeof word === "number" || /^-?\d{1,20}$/.test(word);
  return typeof name === "string" && words.every(isWord);
}

function chunksOf(contents: FileContents, dramBytes: number): Map<number, Uint8Array> {
  const offsets = contents.numbers("chunks");
  const bytes = contents.bytes("memory");
  if (bytes.length !== offsets.length * CHUNK_BYTES)
    throw damaged("its memory has another size than its list of chunks");
  const chunks = new Map<number, Uint8Array>();
  offsets.forEach((offset, index) => {
    const isInside = offset + CHUNK_BYTES <= dramBytes || (MACHINE_PAGE <= offset && offset + CHUNK_BYTES <= TAGS);
    if (!isInside || offset % CHUNK_BYTES !== 0) throw damaged("it has memory outside of its board");
    chunks.set(offset, bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES));
  });
  return chunks;
}

/** Checks that every line is memory of the board, so that moving through time can change nothing else. */
function joinedLog(contents: FileContents, dramBytes: number): Log {
  const sizes = contents.numbers("sizes");
  const lines = sumsOf(contents.numbers("lines"));
  const masks = contents.numbers("masks");
  const words = contents.numbers("words");
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (masks.length !== lines.length || total !== 2 * lines.length + words.length)
    throw damaged("the sizes of its log disagree");
  const joined = new Int32Array(total);
  let [at, line, word] = [0, 0, 0];
  for (const size of sizes) {
    const end = at + size;
    while (at < end) {
      const mask = masks[line] ?? 0;
      const start = (lines[line++] ?? UNKNOWN) * LINE_BYTES;
      const stop = start + LINE_BYTES * linesOf(mask);
      const isInside = stop <= dramBytes || (MACHINE_PAGE <= start && stop <= TAGS);
      const next = at + 2 + wordsOf(mask);
      if (!isInside || !isMask(mask) || next > end) throw damaged("its log cannot be followed");
      joined[at] = start / LINE_BYTES;
      joined[at + 1] = mask;
      for (at += 2; at < next; at++) joined[at] = words[word++] as number;
    }
  }
  const log = new Log();
  log.append(joined, sizes, "before");
  return log;
}

/** Whether a number can be the mask of a line, or stand for a run of at least one line. */
function isMask(number: number): boolean {
  const lines = number & MOST_LINES;
  const kind = number - lines;
  return lines !== 0 && [0, RUN, RUN | CLEARED, RUN | FILLED].includes(kind);
}

/** The epochs by call from call 0 on; they must grow. */
function wholeEdges(differences: Uint32Array, from: number, calls: number, epochs: number): Uint32Array {
  const saved = sumsOf(differences);
  if (saved.length !== calls + 2 - from) throw damaged("it does not have the moments of its calls");
  let last = 0;
  for (const count of saved) {
    if (count === UNKNOWN) continue;
    if (count < last || count > epochs) throw damaged("the moments of its calls are not in order");
    last = count;
  }
  const whole = new Uint32Array(calls + 2).fill(UNKNOWN);
  whole.set(saved, from);
  return whole;
}
