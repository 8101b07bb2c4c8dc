/**
 * The recorder, recorder.wasm: keeps the old contents of what a run changes.
 *
 * The pass `compile/record.ts` puts a call of `touch` before each store to a line without a tag, and replaces
 * `memory.fill` and `memory.copy` by `fill` and `copy`. The first touch of a line in an epoch stages its contents. At
 * the end of an epoch, `commit` compares the staged lines with the present ones, and appends the old words of those
 * that differ to the log. layout.ts draws the log.
 */
import { lastCall, takeCalls, takeLog } from "./host";
import {
  CALL_ROW,
  CALLS,
  CALLS_BYTES,
  CLEARED,
  EPOCH_SIZES,
  EPOCH_SIZES_BYTES,
  FILLED,
  LINE_BITS,
  LINE_BYTES,
  LOG,
  LOG_FULL,
  NOT_RETURNED,
  RUN,
  STAGE,
  STAGE_BYTES,
  STAGE_ENTRY,
  TAGS,
  WHOLE_LINE,
} from "./layout";

/** `fill` and `copy` work in parts of this size, so that the lines of a part fit into an empty stage. */
const PART: u32 = 4096;
/** Stage that a part needs. It may begin and end within a line. */
const PART_STAGE: u32 = (PART / LINE_BYTES + 1) * STAGE_ENTRY;

let stageEnd: u32 = STAGE + STAGE_BYTES;
let staged: u32 = STAGE;
let log: u32 = LOG;
/** The log is handed to the host when it reaches this offset. */
let logEnd: u32 = LOG + LOG_FULL;
/** The last entry of this epoch in the log if it is a run of lines, and the line that would continue it; 0 otherwise. */
let run: u32 = 0;
let runKind: u32 = 0;
let lineAfterRun: u32 = 0;
let sizes: u32 = EPOCH_SIZES;
let row: u32 = CALLS;
/** Number of finished epochs. */
let epochs: u32 = 0;
/** Number of calls that were entered. */
let calls: u32 = 0;
let inCall: bool = false;
let isLogging: bool = false;
/** Number of the call at whose exit the log begins. */
let firstCall: u32 = 0;
/** Number of the call at whose exit the host is asked to end the run. */
let finalCall: u32 = 0;

/**
 * The host calls this first. `stageBytes` is the size of the stage, at most STAGE_BYTES; a small stage overflows often,
 * which tests use. The log is handed over when it has `logBytes`, at most LOG_FULL. It begins at the exit of call
 * `from`, and the run ends at the exit of call `until`.
 */
export function configure(stageBytes: u32, logBytes: u32, from: u32, until: u32): void {
  stageEnd = STAGE + max(min(stageBytes, u32(STAGE_BYTES)), PART_STAGE);
  logEnd = LOG + min(logBytes, u32(LOG_FULL));
  firstCall = from;
  finalCall = until;
}

/** The CPU driver has booted: this is the exit of call 0. */
export function booted(): void {
  forget();
  isLogging = firstCall == 0;
}

export function finishedEpochs(): u32 {
  return epochs;
}

/** Number of calls that were entered so far. */
export function enteredCalls(): u32 {
  return calls;
}

/** Whether the last call that was entered has not returned. */
export function isInCall(): bool {
  return inCall;
}

// ---- before stores ----

/** Must be called before `bytes` (at most a line) at `address` change, unless the line of `address` has a tag. */
export function touch(address: u32, bytes: u32): void {
  const first = address >>> LINE_BITS;
  const last = (address + bytes - 1) >>> LINE_BITS;
  // Room for both, because an overflow ends the epoch, and takes the tags of all staged lines.
  makeRoom(2 * STAGE_ENTRY);
  stage(first);
  if (last != first) stage(last);
}

function makeRoom(bytes: u32): void {
  if (staged + bytes > stageEnd) commit();
}

function stage(line: u32): void {
  if (load<u8>(TAGS + line)) return;
  store<u8>(TAGS + line, 1);
  store<u32>(staged, line);
  memory.copy(staged + 8, line << LINE_BITS, LINE_BYTES);
  staged += STAGE_ENTRY;
}

/** `memory.fill`. Lines that have the value already are not staged, and the pages of parts that have it stay untouched. */
export function fill(start: u32, value: u32, bytes: u32): void {
  const byte = value & 0xff;
  const half = u64(byte * 0x01010101);
  const word = (half << 32) | half;
  let at = start;
  let left = bytes;
  while (left != 0) {
    const part = min(left, PART - (at & (PART - 1)));
    makeRoom(PART_STAGE);
    let isChanged = false;
    const last = (at + part - 1) >>> LINE_BITS;
    for (let line = at >>> LINE_BITS; line <= last; line++) {
      if (consistsOf(line << LINE_BITS, word)) continue;
      isChanged = true;
      stage(line);
    }
    if (isChanged) memory.fill(at, <u8>byte, part);
    at += part;
    left -= part;
  }
}

function consistsOf(line: u32, word: u64): bool {
  for (let at = line; at < line + LINE_BYTES; at += 8) if (load<u64>(at) != word) return false;
  return true;
}

/** `memory.copy`. If the ranges overlap and the destination is higher, the parts go backwards. */
export function copy(to: u32, from: u32, bytes: u32): void {
  const isBackwards = to > from && to - from < bytes;
  for (let done: u32 = 0; done < bytes; ) {
    const part = min(bytes - done, PART);
    const at = isBackwards ? bytes - done - part : done;
    copyPart(to + at, from + at, part);
    done += part;
  }
}

function copyPart(to: u32, from: u32, bytes: u32): void {
  makeRoom(PART_STAGE);
  const last = (to + bytes - 1) >>> LINE_BITS;
  for (let line = to >>> LINE_BITS; line <= last; line++) stage(line);
  memory.copy(to, from, bytes);
}

// ---- epochs ----

/** Ends the epoch: moves what changed from the stage to the log. */
export function commit(): void {
  if (!isLogging) {
    forget();
    return;
  }
  const start = log;
  run = 0;
  for (let entry: u32 = STAGE; entry < staged; entry += STAGE_ENTRY) appendChanges(entry);
  staged = STAGE;
  epochs++;
  store<u32>(sizes, (log - start) >>> 2);
  sizes += 4;
  if (log >= logEnd || sizes == EPOCH_SIZES + EPOCH_SIZES_BYTES) handOverLog();
}

/** Takes the tag of a staged line, and appends its old words to the log if it changed. */
function appendChanges(entry: u32): void {
  const line = load<u32>(entry);
  const now = line << LINE_BITS;
  store<u8>(TAGS + line, 0);
  let mask: u32 = 0;
  let bitsBefore: u64 = 0;
  let bitsNow: u64 = 0;
  let to = log + 8;
  for (let at: u32 = 0; at < u32(LINE_BYTES); at += 8) {
    const old = load<u64>(entry + 8 + at);
    const word = load<u64>(now + at);
    bitsBefore |= old;
    bitsNow |= word;
    const difference = old ^ word;
    if (!difference) continue;
    const bit: u32 = 1 << (at >>> 2);
    if (u32(difference)) {
      mask |= bit;
      store<u32>(to, u32(old));
      to += 4;
    }
    if (u32(difference >>> 32)) {
      mask |= bit << 1;
      store<u32>(to, u32(old >>> 32));
      to += 4;
    }
  }
  if (!mask) return;
  const kind: u32 = mask == WHOLE_LINE ? kindOf(bitsBefore, bitsNow) : 0;
  if (kind & FILLED) memory.copy(log + 8, now, LINE_BYTES);
  if (kind && run && kind == runKind && line == lineAfterRun) {
    memory.copy(log, log + 8, LINE_BYTES);
    log += LINE_BYTES;
    store<u32>(run, load<u32>(run, 4) + 1, 4);
  } else {
    store<u32>(log, line);
    store<u32>(log, kind ? kind | 1 : mask, 4);
    run = kind ? log : 0;
    runKind = kind;
    log = to;
  }
  lineAfterRun = line + 1;
}

/** The kind of a run of lines, from all bits of a line's old words and of its new words. */
function kindOf(bitsBefore: u64, bitsNow: u64): u32 {
  if (!bitsBefore) return RUN | FILLED;
  return bitsNow ? RUN : RUN | CLEARED;
}

/** Ends the epoch without a trace of it in the log. */
function forget(): void {
  for (let entry: u32 = STAGE; entry < staged; entry += STAGE_ENTRY) store<u8>(TAGS + load<u32>(entry), 0);
  staged = STAGE;
}

/** Memory is at the end of an epoch, so nothing is lost if the host ends the run. */
function handOverLog(): void {
  const words = (log - LOG) >>> 2;
  const count = (sizes - EPOCH_SIZES) >>> 2;
  log = LOG;
  sizes = EPOCH_SIZES;
  takeLog(words, count);
}

function handOverCalls(): void {
  const rows = (row - CALLS) / CALL_ROW;
  row = CALLS;
  takeCalls(rows);
}

/** The end of the run: hands over everything. */
export function finish(): void {
  commit();
  handOverLog();
  handOverCalls();
}

// ---- calls ----

/** Functions of the CPU driver's module, which the host puts into the table. They import the recorder themselves. */
const SYSTEM_CALL: u32 = 0;
const SAVE_GLOBALS: u32 = 1;

/** Stands between the program and the CPU driver. */
export function syscall(
  w0: u32,
  w1: u32,
  w2: u32,
  w3: u32,
  w4: u32,
  w5: u32,
  w6: u32,
  w7: u32,
  w8: u32,
  w9: u32,
  w10: u32,
  w11: u32,
): u64 {
  if (row == CALLS + CALLS_BYTES) handOverCalls();
  commit();
  calls++;
  inCall = true;
  const at = row;
  row += CALL_ROW;
  store<u32>(at, w0, 0);
  store<u32>(at, w1, 4);
  store<u32>(at, w2, 8);
  store<u32>(at, w3, 12);
  store<u32>(at, w4, 16);
  store<u32>(at, w5, 20);
  store<u32>(at, w6, 24);
  store<u32>(at, w7, 28);
  store<u32>(at, w8, 32);
  store<u32>(at, w9, 36);
  store<u32>(at, w10, 40);
  store<u32>(at, w11, 44);
  store<u64>(at, 0, 48);
  store<u32>(at, epochs, 56);
  store<u32>(at, NOT_RETURNED, 60);
  const result = call_indirect<u64>(SYSTEM_CALL, w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11);
  call_indirect<void>(SAVE_GLOBALS);
  commit();
  inCall = false;
  store<u64>(at, result, 48);
  store<u32>(at, epochs, 60);
  if (calls == firstCall) isLogging = true;
  if (calls == finalCall) lastCall();
  return result;
}
