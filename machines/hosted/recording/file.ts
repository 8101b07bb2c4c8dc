/**
 * The file format of recordings. docs/recordings.md describes it for readers outside of this project.
 *
 *     typefish recording 2\n      one line of ASCII: the format and its version
 *     gzip of:
 *       0        4                 4 + n
 *      +--------+-----------------+---------+---------+ - -
 *      | n      | JSON, n bytes   | block 0 | block 1 |        `Header` lists the blocks and their bytes
 *      +--------+-----------------+---------+---------+ - -
 *
 * Numbers are little-endian. Blocks of 32-bit numbers are stored as four planes: all first bytes, then all second bytes,
 * and so on, because gzip compresses each plane much better than the numbers. The bytes of a line of text are UTF-8.
 */

/** A block of 32-bit numbers, or of bytes. */
export type Block = { name: string; numbers: Uint32Array } | { name: string; bytes: Uint8Array };

interface BlockEntry {
  name: string;
  /** Bytes of the block. */
  bytes: number;
  isNumbers: boolean;
}

interface Header {
  blocks: BlockEntry[];
  facts: unknown;
}

/** Thrown if a file is no recording, is damaged, or is of another version. The message is a clause for users. */
export class RecordingError extends Error {}

const FORMAT = "typefish recording";
const VERSION = 2;
/** Files of version 1 have the same blocks and no script. */
const OLDEST_VERSION = 1;
const LONGEST_FIRST_LINE = 64;
const NEWLINE = 10;

export async function writeFile(facts: unknown, blocks: readonly Block[]): Promise<Uint8Array> {
  const stored = blocks.map((block) => ("numbers" in block ? planesOf(block.numbers) : block.bytes));
  const entries = blocks.map((block, index): BlockEntry => {
    return { name: block.name, bytes: (stored[index] as Uint8Array).length, isNumbers: "numbers" in block };
  });
  const json = new TextEncoder().encode(JSON.stringify({ blocks: entries, facts } satisfies Header));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, json.length, true);
  const body = await transformed([length, json, ...stored], new CompressionStream("gzip"));
  return joined([new TextEncoder().encode(`${FORMAT} ${VERSION}\n`), body]);
}

export interface FileContents {
  facts: unknown;
  /** Throws a RecordingError if there is no such block of numbers. */
  numbers(name: string): Uint32Array;
  bytes(name: string): Uint8Array<ArrayBuffer>;
  /** Names of all blocks. */
  names: string[];
}

export async function readFile(file: Uint8Array): Promise<FileContents> {
  const end = file.subarray(0, LONGEST_FIRST_LINE).indexOf(NEWLINE);
  const line = new TextDecoder().decode(file.subarray(0, Math.max(0, end)));
  const version = new RegExp(`^${FORMAT} (\\d+)$`).exec(line)?.[1];
  if (version === undefined) throw new RecordingError("it is not a recording of typefish");
  if (Number(version) < OLDEST_VERSION || Number(version) > VERSION) {
    const known = `versions ${OLDEST_VERSION} to ${VERSION}`;
    throw new RecordingError(`it is a recording of version ${version}, and this typefish reads ${known}`);
  }
  let body: Uint8Array;
  try {
    body = await transformed([file.subarray(end + 1)], new DecompressionStream("gzip"));
  } catch {
    throw damaged("its compressed part is cut off or changed");
  }
  return parsed(body);
}

export function damaged(how: string): RecordingError {
  return new RecordingError(`the recording is damaged: ${how}`);
}

function parsed(body: Uint8Array): FileContents {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const jsonEnd = body.length < 4 ? 0 : 4 + view.getUint32(0, true);
  if (jsonEnd === 0 || jsonEnd > body.length) throw damaged("its header is cut off");
  const { blocks, facts } = headerOf(new TextDecoder().decode(body.subarray(4, jsonEnd)));
  const found = new Map<string, { bytes: Uint8Array; isNumbers: boolean }>();
  let at = jsonEnd;
  for (const { name, bytes, isNumbers } of blocks) {
    found.set(name, { bytes: body.subarray(at, at + bytes), isNumbers });
    at += bytes;
  }
  if (at !== body.length) throw damaged("its blocks do not fill the file");
  const block = (name: string, isNumbers: boolean) => {
    const stored = found.get(name);
    if (!stored || stored.isNumbers !== isNumbers) throw damaged(`it has no block '${name}'`);
    return stored.bytes;
  };
  return {
    facts,
    names: [...found.keys()],
    numbers: (name) => numbersOf(block(name, true)),
    bytes: (name) => block(name, false).slice() as Uint8Array<ArrayBuffer>,
  };
}

function headerOf(json: string): Header {
  let header: unknown;
  try {
    header = JSON.parse(json);
  } catch {
    throw damaged("its header is not JSON");
  }
  const { blocks, facts } = (header ?? {}) as Partial<Header>;
  if (!Array.isArray(blocks) || !blocks.every(isBlockEntry)) throw damaged("its header lists no blocks");
  return { blocks, facts };
}

function isBlockEntry(value: unknown): value is BlockEntry {
  const { name, bytes, isNumbers } = (value ?? {}) as Partial<BlockEntry>;
  const isSize = Number.isSafeInteger(bytes) && (bytes as number) >= 0;
  return typeof name === "string" && isSize && (isNumbers === false || (bytes as number) % 4 === 0);
}

/** All first bytes of the numbers, then all second bytes, and so on. */
function planesOf(numbers: Uint32Array): Uint8Array {
  const { length } = numbers;
  const planes = new Uint8Array(4 * length);
  for (let i = 0; i < length; i++) {
    const number = numbers[i] as number;
    planes[i] = number;
    planes[length + i] = number >>> 8;
    planes[2 * length + i] = number >>> 16;
    planes[3 * length + i] = number >>> 24;
  }
  return planes;
}

function numbersOf(planes: Uint8Array): Uint32Array {
  const length = planes.length / 4;
  const numbers = new Uint32Array(length);
  const byte = (at: number) => planes[at] as number;
  for (let i = 0; i < length; i++) {
    const high = (byte(2 * length + i) << 16) | (byte(3 * length + i) << 24);
    numbers[i] = byte(i) | (byte(length + i) << 8) | high;
  }
  return numbers;
}

async function transformed(parts: readonly Uint8Array[], through: CompressionStream | DecompressionStream) {
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of parts) if (part.length > 0) controller.enqueue(part);
      controller.close();
    },
  });
  const chunks: Uint8Array[] = [];
  const stream = source.pipeThrough(through as unknown as TransformStream<Uint8Array, Uint8Array>);
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) chunks.push(next.value);
  return joined(chunks);
}

/** The bytes of all parts, one after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
