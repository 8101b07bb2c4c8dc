/**
 * Finds expressions that need a heap: `new`, arrays, joined strings. The system has no heap. A program with such an
 * expression would compile, and then die at run time.
 *
 * The search runs on the module before it is optimised. There, nothing is inlined, and each such expression is a call of
 * the compiler's runtime or of a class of its library.
 */
import { lastAtOrBefore, type Mapping, type Place, readMappings, type SourceMap } from "../machines/hosted/source-map";
import type { CompileMessage } from "./compile-error";
import { type HeapUse, heapMessage } from "./heap-use";
import { instructionsOf, Opcode } from "./wasm/instructions";
import {
  bodyOf,
  functionNames,
  Kind,
  readBodies,
  readImports,
  readSections,
  type Section,
  SectionId,
} from "./wasm/sections";

/** Functions of the compiler's library, and the use of a heap that they stand for. */
interface Rule {
  functions: RegExp;
  use: HeapUse;
}

/** `rt/common` reads a literal's length. */
const RULES: readonly Rule[] = [
  { functions: /^~lib\/string\/String(#|\.__)/, use: "strings" },
  { functions: /^~lib\/(util\/(string|number)\/|number\/\w+#toString)/, use: "string" },
  { functions: /^~lib\/(array|staticarray|typedarray|arraybuffer)\//, use: "array" },
  { functions: /^~lib\/(map|set)\//, use: "map" },
  { functions: /^~lib\/rt\/(?!common\/)/, use: "object" },
];
/** Reading the characters of a literal needs no heap. */
const HARMLESS = /^~lib\/string\/String#(get:length|charCodeAt|codePointAt)$/;

const isLibrary = (name: string): boolean => name.startsWith("~lib/");

/** A call in a function of the program. */
interface Call {
  caller: number;
  callee: number;
  /** Where the source makes the call; null if the compiler made it. */
  place: Place | null;
}

/** Returns a message for each place. `wasm` and `sourceMap` are those of the module before it is optimised. */
export function findManaged(wasm: Uint8Array, sourceMap: string): CompileMessage[] {
  const sections = readSections(wasm);
  const names = functionNames(sections);
  const { sources, mappings } = JSON.parse(sourceMap) as SourceMap;
  const calls = callsOf(sections, names, readMappings(mappings));
  const rules = rulesByFunction(names, calls);
  const found = new Map<string, CompileMessage>();
  for (const { callee, place } of calls) {
    const rule = rules.get(callee);
    const file = place && sources[place.source];
    if (!rule || !file || file.startsWith("~lib/")) continue;
    const [line, column] = [place.line + 1, place.column + 1];
    const text = heapMessage(rule.use);
    // One expression can call several functions of the library.
    const key = `${file}:${line} ${rule.use}`;
    if (!found.has(key)) found.set(key, { file, line, column, text });
  }
  return [...found.values()];
}

/** The calls in all functions but those of the library. */
function callsOf(sections: readonly Section[], names: ReadonlyMap<number, string>, mappings: Mapping[]): Call[] {
  const imported = readImports(bodyOf(sections, SectionId.IMPORT)).filter(({ kind }) => kind === Kind.FUNCTION).length;
  const code = sections.find(({ id }) => id === SectionId.CODE);
  const placed = mappings.filter(({ place }) => place !== null);
  const placeAt = (offset: number, from: number): Place | null => {
    const mapping = placed[lastAtOrBefore(placed, offset)];
    return mapping && mapping.offset >= from ? mapping.place : null;
  };
  const calls: Call[] = [];
  for (const [index, { code: body, start }] of (code ? readBodies(code.body) : []).entries()) {
    const caller = imported + index;
    if (isLibrary(names.get(caller) ?? "")) continue;
    const first = (code?.start ?? 0) + start;
    for (const { opcode, immediates, start: at } of instructionsOf(body)) {
      if (opcode !== Opcode.CALL) continue;
      calls.push({ caller, callee: immediates[0] as number, place: placeAt(first + at, first) });
    }
  }
  return calls;
}

/**
 * The rule that a call of each function breaks. A constructor of a class has no place in the source where it asks for
 * memory, so its callers break the rule.
 */
function rulesByFunction(names: ReadonlyMap<number, string>, calls: readonly Call[]): ReadonlyMap<number, Rule> {
  const rules = new Map<number, Rule>();
  for (const [index, name] of names) {
    const rule = HARMLESS.test(name) ? undefined : RULES.find(({ functions }) => functions.test(name));
    if (rule) rules.set(index, rule);
  }
  for (let before = -1; before !== rules.size; ) {
    before = rules.size;
    for (const { caller, callee, place } of calls) {
      const rule = rules.get(callee);
      if (rule && !place && !rules.has(caller)) rules.set(caller, rule);
    }
  }
  return rules;
}
