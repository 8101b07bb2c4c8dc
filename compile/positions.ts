/**
 * Makes the table that traces an offset in a rewritten program back to a function, a file and a line. The table is a
 * source map with one mapping for each instruction that can trap or call, so debuggers of browsers understand it, too.
 *
 * A mapping's name is the name of the WebAssembly function. If the compiler inlined another function there, the name of
 * that function follows after `INLINED`.
 */
import { INLINED, lastName } from "../machines/hosted/frames";
import { type Mapping, type Place, readMappings, type SourceMap, writeMappings } from "../machines/hosted/source-map";
import type { Rewritten } from "./rewrite";
import type { SourceFunction } from "./source-functions";

/** Finds the function that contains a line. */
class FunctionFinder {
  private readonly byFile = new Map<string, SourceFunction[]>();

  constructor(functions: readonly SourceFunction[]) {
    for (const entry of functions) {
      const others = this.byFile.get(entry.file);
      if (others) others.push(entry);
      else this.byFile.set(entry.file, [entry]);
    }
  }

  /** Name of the innermost function at a line, counted from 1. */
  at(file: string, line: number): string | null {
    const around = (this.byFile.get(file) ?? []).filter(({ from, to }) => from <= line && line <= to);
    return around.sort((a, b) => b.from - a.from)[0]?.name ?? null;
  }
}

class Names {
  readonly list: string[] = [];
  private readonly numbers = new Map<string, number>();

  number(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.numbers.set(name, this.list.length);
    this.list.push(name);
    return this.list.length - 1;
  }
}

/** Index of the last mapping at or before an offset; -1 if there is none. */
function lastAtOrBefore(mappings: readonly Mapping[], offset: number): number {
  let [low, high] = [0, mappings.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((mappings[middle] as Mapping).offset <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The place of an instruction. Without one of its own it gets that of an instruction before it, if there is one. */
function placeBefore(mappings: readonly Mapping[], offset: number): Place | null {
  let index = lastAtOrBefore(mappings, offset);
  while (index >= 0 && !mappings[index]?.place) index--;
  return mappings[index]?.place ?? null;
}

/** The place of the first instruction at or after an offset that has one. */
function placeAfter(mappings: readonly Mapping[], offset: number): Place | null {
  let index = lastAtOrBefore(mappings, offset - 1) + 1;
  while (index < mappings.length && !mappings[index]?.place) index++;
  return mappings[index]?.place ?? null;
}

/** Returns the source map, as JSON, of a rewritten program. `compiled` is the compiler's source map. */
export function positionsOf(rewritten: Rewritten, compiled: string, functions: readonly SourceFunction[]): string {
  const map = JSON.parse(compiled) as SourceMap;
  const mappings = readMappings(map.mappings);
  const finder = new FunctionFinder(functions);
  const names = new Names();
  const sources = new Names();
  const placeOf = (offset: number, isAdded: boolean): Place | null => {
    const place = isAdded ? placeAfter(mappings, offset) : placeBefore(mappings, offset);
    return place ?? placeBefore(mappings, offset);
  };
  const result: Mapping[] = [];
  for (const { offset, compiled: before, index, isAdded } of rewritten.origins) {
    const place = placeOf(before, isAdded);
    const file = place && map.sources[place.source];
    if (!place || file === null || file === undefined) continue;
    const outer = rewritten.names.get(index) ?? `function ${index}`;
    const inner = finder.at(file, place.line + 1);
    const name = inner === null || inner === lastName(outer) ? outer : `${outer}${INLINED}${inner}`;
    const source = sources.number(file);
    const last = result.at(-1)?.place;
    const next = { source, line: place.line, column: place.column, name: names.number(name) };
    const isSame = last?.source === source && last.line === next.line && last.column === next.column;
    if (!isSame || last?.name !== next.name) result.push({ offset, place: next });
  }
  const table: SourceMap = { version: 3, sources: sources.list, names: names.list, mappings: writeMappings(result) };
  return JSON.stringify(table);
}
