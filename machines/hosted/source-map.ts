/**
 * Reads and writes the mappings of source maps (ECMA-426) for WebAssembly, where the generated "line" is always the
 * first and the generated "column" is an offset in the binary file.
 *
 * Lines and columns count from 0 here, as in the format.
 */

/** The code from `offset` up to the next mapping. Without a `place`, it comes from no source. */
export interface Mapping {
  offset: number;
  place: Place | null;
}

export interface Place {
  /** Index in the map's list of sources. */
  source: number;
  line: number;
  column: number;
  /** Index in the map's list of names; -1 if there is none. */
  name: number;
}

/** The parts of a source map that this project reads and writes. */
export interface SourceMap {
  version: 3;
  sources: string[];
  /** The texts of the sources; null for those that are left out. */
  sourcesContent?: (string | null)[];
  names: string[];
  mappings: string;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES = new Map([...DIGITS].map((digit, value) => [digit.charCodeAt(0), value]));
const COMMA = ",".charCodeAt(0);
const CONTINUED = 32;

/** Decodes the `mappings` of a map, in order of their offsets. */
export function readMappings(text: string): Mapping[] {
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= CONTINUED) {
      const digit = VALUES.get(text.charCodeAt(at++));
      if (digit === undefined) throw new Error(`source map: no digit at ${at - 1} of its mappings`);
      value += (digit & (CONTINUED - 1)) * scale;
      if (digit < CONTINUED) return value % 2 === 1 ? -(value - 1) / 2 : value / 2;
    }
  };
  const isSegmentOver = () => at >= text.length || text.charCodeAt(at) === COMMA;
  const mappings: Mapping[] = [];
  const last = { offset: 0, source: 0, line: 0, column: 0, name: 0 };
  while (at < text.length) {
    last.offset += number();
    let place: Place | null = null;
    if (!isSegmentOver()) {
      last.source += number();
      last.line += number();
      last.column += number();
      const hasName = !isSegmentOver();
      if (hasName) last.name += number();
      place = { source: last.source, line: last.line, column: last.column, name: hasName ? last.name : -1 };
    }
    mappings.push({ offset: last.offset, place });
    at++; // the comma
  }
  return mappings;
}

/** Index of the last mapping at or before an offset; -1 if there is none. `mappings` are in order of their offsets. */
export function lastAtOrBefore(mappings: readonly Mapping[], offset: number): number {
  let [low, high] = [0, mappings.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((mappings[middle] as Mapping).offset <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Encodes mappings, which must be in order of their offsets. */
export function writeMappings(mappings: readonly Mapping[]): string {
  const last = { offset: 0, source: 0, line: 0, column: 0, name: 0 };
  const difference = (field: keyof typeof last, value: number): string => {
    const text = encode(value - last[field]);
    last[field] = value;
    return text;
  };
  const segments = mappings.map(({ offset, place }) => {
    const start = difference("offset", offset);
    if (!place) return start;
    const where = difference("source", place.source) + difference("line", place.line);
    const column = difference("column", place.column);
    return start + where + column + (place.name < 0 ? "" : difference("name", place.name));
  });
  return segments.join(",");
}

function encode(value: number): string {
  let left = value < 0 ? -2 * value + 1 : 2 * value;
  let text = "";
  for (; left >= CONTINUED; left = Math.floor(left / CONTINUED)) text += DIGITS[(left % CONTINUED) + CONTINUED];
  return text + DIGITS[left];
}
