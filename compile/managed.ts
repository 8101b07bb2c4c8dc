/**
 * Finds expressions that need a heap: `new`, arrays, joined strings. The system has no heap. A program with such an
 * expression would compile, and then die at run time.
 *
 * The search runs on the module before it is optimised. There, nothing is inlined, and each such expression is a call of
 * the compiler's runtime or of a class of its library.
 */
import { lastAtOrBefore, type Mapping, type Place, readMappings, type SourceMap } from "../machines/hosted/source-map";
import type { CompileMessage } from "./compile-error";
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

/** Code of the messages, in the style of the compiler's own codes. */
const CODE = "AS-HEAP";

const INSTEAD_OF_OBJECTS =
  "take a block from a slab allocator (slabAlloc), or declare memory once with memory.data(bytes, alignment), and use it " +
  "as an @unmanaged class with changetype";
const INSTEAD_OF_STRINGS = "print the parts with printf or debugPrintf and %s, %u or %lx; compare literals one by one";

interface Rule {
  functions: RegExp;
  what: string;
  instead: string;
}

/** Functions of the compiler's library, and what a program does that needs them. (`rt/common` reads a literal's length.) */
const RULES: readonly Rule[] = [
  { functions: /^~lib\/string\/String(#|\.__)/, what: "makes or joins strings", instead: INSTEAD_OF_STRINGS },
  { functions: /^~lib\/util\/(string|number)\//, what: "makes a string", instead: INSTEAD_OF_STRINGS },
  {
    functions: /^~lib\/(array|staticarray|typedarray|arraybuffer)\//,
    what: "makes or uses an array",
    instead: INSTEAD_OF_OBJECTS,
  },
  { functions: /^~lib\/(map|set)\//, what: "makes or uses a map or a set", instead: INSTEAD_OF_OBJECTS },
  {
    functions: /^~lib\/rt\/(?!common\/)/,
    what: "makes an object (new, an array, a literal with fields)",
    instead: INSTEAD_OF_OBJECTS,
  },
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
    const text = `${CODE}: this ${rule.what}, which needs a heap, and there is none: ${rule.instead}`;
    // One expression can call several functions of the library.
    const key = `${file}:${line} ${rule.what}`;
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
