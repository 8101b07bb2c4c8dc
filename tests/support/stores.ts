/** Inputs of the program tests/machines/native/fixtures/wasm/programs/stores.ts and its expected output. */

/** The program that both machines run. */
export const STORES_PROGRAM = "tests/machines/native/fixtures/wasm/programs/stores.ts";

/** Bits of memory; `wide` if the value has 64 bits. */
const BITS = ["8", "16", "32", "wide-8", "wide-16", "wide-32", "wide-64"];
const CALLS = ["inlined", "unknown"];

/** Environments in which a store must cause a translation fault and must not write anything. */
export const FAULTS: string[] = ["unmap", "make-tables"].flatMap((store) =>
  BITS.flatMap((bits) => CALLS.map((call) => `STORE=${store} BITS=${bits} CALL=${call}`)),
);

/** The environment in which all accesses must work. */
export const POSSIBLE = "STORE=possible";

/** A number of `bits` bits with equal bytes, as 16 digits. */
function filled(byte: string, bits: number): string {
  return byte.repeat(bits / 8).padStart(16, "0");
}

const NOTHING = filled("00", 64);

function storeLines(call: string): string[] {
  return [32, 64].flatMap((valueBits) =>
    [8, 16, 32, 64]
      .filter((bits) => bits <= valueBits)
      .flatMap((bits) => [
        `remap, ${call} call, ${bits} bits of ${valueBits}: first ${NOTHING} second ${filled("77", bits)}`,
        `map, ${call} call, ${bits} bits of ${valueBits}: first ${filled("77", bits)} second ${NOTHING}`,
      ]),
  );
}

/** Fields of 16, 8, 32 and 64 bits, as a line shows them. */
function fields(bits: number, byte: string): string {
  const shown = (size: number) => (size === bits ? byte : "00").repeat(size / 8);
  return `00${shown(8)}${shown(16)} ${shown(32)} ${shown(64)}`;
}

/** The console lines of a run with `POSSIBLE`, after the line that names the frames. */
export const POSSIBLE_LINES: string[] = [
  ...["unknown", "inlined"].flatMap(storeLines),
  ...[8, 16, 32, 64].flatMap((bits) =>
    ["inlined", "unknown"].map(
      (call) =>
        `add, ${call} call, ${bits} bits: first 01010101 01010101 0101010101010101 second ${fields(bits, "23")}`,
    ),
  ),
  ...[
    ["before an inlined call", 1000],
    ["before an unknown call", 1000],
    ["after an inlined call", 7],
    ["after an unknown call", 7],
    ["around an inlined call", 2007],
    ["around an unknown call", 2007],
    ["whose address is an inlined call", 7],
    ["whose address is an unknown call", 7],
  ].map(([where, sum]) => `load ${where}: ${sum}`),
  ...["inlined", "unknown"].map(
    (call) => `${call} address, ${call} call, 32 bits of 32: first 00000000000003e8 second 0000000000000008`,
  ),
];

/** Physical addresses of the two frames. */
export function frameBases(text: string): [first: number, second: number] {
  const match = /^frames at ([0-9a-f]{8}) and ([0-9a-f]{8})$/m.exec(text);
  if (!match) throw new Error("no line about frames");
  return [Number.parseInt(match[1] as string, 16), Number.parseInt(match[2] as string, 16)];
}

/** The lines after the line that names the frames. */
export function linesAfterFrames(lines: readonly string[]): string[] {
  const frames = lines.findIndex((line) => line.startsWith("frames at "));
  return lines.slice(frames + 1).filter((line) => line !== "");
}
