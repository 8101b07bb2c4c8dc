/**
 * Makes the table that traces an offset in a rewritten program back to functions, files and lines. The table is a source
 * map with mappings for each instruction that can trap or call (`Positions` in machines/hosted/frames.ts reads it).
 * Debuggers of browsers understand it as well.
 */
import { lastName } from "../machines/hosted/frames";
import {
  lastAtOrBefore,
  type Mapping,
  type Place,
  readMappings,
  type SourceMap,
  writeMappings,
} from "../machines/hosted/source-map";
import type { Extent, Origin, Rewritten } from "./rewrite";
import { onlyCall, type SourceFunction } from "./source-functions";

/** A place in a source, as the compiler's map has it. */
type SourcePlace = Omit<Place, "name">;

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

  /** The innermost function at a line, counted from 0. */
  at(file: string, line: number): SourceFunction | null {
    const around = (this.byFile.get(file) ?? []).filter(({ from, to }) => from <= line && line <= to);
    return around.sort((a, b) => b.from - a.from)[0] ?? null;
  }
}

/** Numbers texts in the order of their first use. */
class Numbers {
  readonly texts: string[] = [];
  private readonly numbers = new Map<string, number>();

  of(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    this.numbers.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }
}

class Table {
  private readonly mappings: Mapping[] = [];
  private readonly compiled: readonly Mapping[];
  private readonly compiledSources: readonly string[];
  private readonly finder: FunctionFinder;
  private readonly sources = new Numbers();
  private readonly names = new Numbers();

  constructor(
    private readonly rewritten: Rewritten,
    compiledMap: string,
    functions: readonly SourceFunction[],
  ) {
    const { sources, mappings } = JSON.parse(compiledMap) as SourceMap;
    this.compiledSources = sources;
    this.compiled = readMappings(mappings);
    this.finder = new FunctionFinder(functions);
  }

  json(): string {
    let last = "";
    for (const origin of this.rewritten.origins) {
      const places = this.placesOf(origin);
      const next = JSON.stringify(places);
      if (next !== last) for (const place of places) this.mappings.push({ offset: origin.offset, place });
      last = next;
    }
    const { sources, names } = this;
    const table: SourceMap = {
      version: 3,
      sources: sources.texts,
      names: names.texts,
      mappings: writeMappings(this.mappings),
    };
    return JSON.stringify(table);
  }

  /**
   * The place in the function of the module, then the place in the function that was inlined there, if there is one. The
   * compiler does not keep the place of an inlined call. If the source shows one such call, it is that one. Otherwise it is
   * the nearest instruction of the outer function.
   */
  private placesOf({ compiled, index, isAdded }: Origin): Place[] {
    const extent = this.rewritten.extents.get(index) as Extent;
    const found = (isAdded ? this.after(compiled, extent) : null) ?? this.before(compiled, extent);
    if (!found) return [];
    const module = this.rewritten.names.get(index) ?? `function ${index}`;
    const own = lastName(module);
    const inner = this.functionAt(found);
    if (inner === null || inner.name === own) return [this.place(found, module)];
    const isOwn = (place: SourcePlace) => this.functionAt(place)?.name === own;
    const near = this.before(compiled, extent, isOwn) ?? this.after(compiled, extent, isOwn);
    if (!near) return [this.place(found, module)];
    const call = onlyCall(this.functionAt(near) as SourceFunction, inner.name);
    return [this.place({ ...near, ...call }, module), this.place(found, inner.name)];
  }

  private place({ source, line, column }: SourcePlace, name: string): Place {
    return { source: this.sources.of(this.fileOf(source)), line, column, name: this.names.of(name) };
  }

  private fileOf(source: number): string {
    return this.compiledSources[source] as string;
  }

  private functionAt({ source, line }: SourcePlace): SourceFunction | null {
    return this.finder.at(this.fileOf(source), line);
  }

  /** The nearest suitable place at or before an offset in the compiled module, within a function. */
  private before(offset: number, { from }: Extent, isSuitable = (_: SourcePlace) => true): Place | null {
    for (let index = lastAtOrBefore(this.compiled, offset); index >= 0; index--) {
      const mapping = this.compiled[index] as Mapping;
      if (mapping.offset < from) return null;
      if (mapping.place && isSuitable(mapping.place)) return mapping.place;
    }
    return null;
  }

  /** The nearest suitable place at or after an offset, within a function. */
  private after(offset: number, { to }: Extent, isSuitable = (_: SourcePlace) => true): Place | null {
    for (let index = lastAtOrBefore(this.compiled, offset - 1) + 1; index < this.compiled.length; index++) {
      const mapping = this.compiled[index] as Mapping;
      if (mapping.offset >= to) return null;
      if (mapping.place && isSuitable(mapping.place)) return mapping.place;
    }
    return null;
  }
}

/** Returns the source map of a rewritten program as JSON. `compiled` is the compiler's source map. */
export function positionsOf(rewritten: Rewritten, compiled: string, functions: readonly SourceFunction[]): string {
  return new Table(rewritten, compiled, functions).json();
}
