/**
 * Carries the places of the sources through the translation to C, so that debuggers and call traces of the machine code
 * show the lines of the sources.
 *
 * wasm2c does not report where its C comes from. So the module gets marks before it is translated: two constants that
 * are dropped at once. Each mark is two assignments in the C, and becomes a `#line`. A C compiler would count further
 * lines from there on, so all C of one mark goes on one line.
 *
 *     i32.const MARK, drop, i32.const 7, drop      var_i0 = 1279872581u; var_i0 = 7u;      #line 66 "system/libmm/alloc.ts"
 */

import { CodeWriter } from "../../../compile/wasm/code-writer";
import { instructionsOf, Opcode } from "../../../compile/wasm/instructions";
import {
  bodyOf,
  readBodies,
  readSections,
  SectionId,
  writeBodies,
  writeSections,
} from "../../../compile/wasm/sections";
import { readMappings, type SourceMap } from "../../../machines/hosted/source-map";

/** The letters LINE. */
const MARK = 0x4c494e45;
const MARK_TEXT = new RegExp(`^ *var_i\\d+ = ${MARK}u;\\n *var_i\\d+ = (\\d+)u;\\n`, "gm");

/** The first line of a function. What comes before it in the file are includes and declarations. */
const FUNCTION_START = /^\w.*\) \{$/m;

/** A place in a source. */
export interface SourceLine {
  file: string;
  /** Counted from 1. */
  line: number;
}

export interface MarkedModule {
  wasm: Uint8Array;
  /** The place of each mark. */
  lines: SourceLine[];
}

/** Marks each instruction at which another line of the sources begins. `sourceMap` is the compiler's, as JSON. */
export function markLines(wasm: Uint8Array, sourceMap: string): MarkedModule {
  const { sources, mappings } = JSON.parse(sourceMap) as SourceMap;
  const places = new Map(readMappings(mappings).map(({ offset, place }) => [offset, place]));
  const sections = readSections(wasm);
  const codeStart = sections.find(({ id }) => id === SectionId.CODE)?.start ?? 0;
  const lines: SourceLine[] = [];
  const bodies = readBodies(bodyOf(sections, SectionId.CODE)).map(({ locals, code, start }) => {
    const writer = new CodeWriter();
    let last = "";
    for (const instruction of instructionsOf(code)) {
      const place = places.get(codeStart + start + instruction.start);
      const key = place ? `${place.source}:${place.line}` : last;
      if (place && key !== last) {
        const number = lines.push({ file: sources[place.source] as string, line: place.line + 1 }) - 1;
        writer.i32(MARK).op(Opcode.DROP).i32(number).op(Opcode.DROP);
      }
      last = key;
      writer.append(instruction.bytes);
    }
    return { locals, code: writer.done() };
  });
  const marked = sections.map((section) =>
    section.id === SectionId.CODE ? { ...section, body: writeBodies(bodies).body } : section,
  );
  return { wasm: writeSections(marked), lines };
}

/**
 * Replaces the marks in the functions of a C file. `own` is the name of the file itself, for code without a place in the
 * sources.
 */
export function withSourceLines(functions: string, lines: readonly SourceLine[], own: string): string {
  const directive = ({ file, line }: SourceLine) => `#line ${line} "${file}"\n`;
  const oneLine = (text: string) => text.replace(/\n(?=.)/g, " ");
  return functions
    .split(/(?<=^\}\n)/m)
    .map((definition) => {
      const [before, ...parts] = definition.split(MARK_TEXT);
      // The declarations at the start belong to the first line.
      const first = parts.length === 0 ? { file: own, line: 1 } : (lines[Number(parts[0])] as SourceLine);
      const start = Math.max(0, (before as string).search(FUNCTION_START));
      let text = (before as string).slice(0, start) + directive(first) + oneLine((before as string).slice(start));
      for (let index = 0; index < parts.length; index += 2) {
        text += directive(lines[Number(parts[index])] as SourceLine) + oneLine(parts[index + 1] as string);
      }
      return text;
    })
    .join("");
}
