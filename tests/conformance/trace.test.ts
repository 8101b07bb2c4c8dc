import { expect, it } from "vitest";
import { ModelSystem } from "./model-system";
import { randomTrace } from "./random-trace";
import { replay } from "./replay";
import { parseTraces } from "./trace";

const HEADER =
  '{"trace":3,"seed":9,"dram":{"base":4096,"bytes":8192},"slots":1024,"caps":[{"slot":0,"type":"RAM","base":4096,"bytes":8192}]}';
const DUMP = '{"dump":[[0,"RAM",4096,8192,0,0,0]],"tables":[]}';

const parse = (...lines: string[]): unknown => parseTraces(lines.join("\n"), "file");

it("a trace is a header, operations and a dump", () => {
  const lines = [HEADER, '{"op":"delete","slot":7,"err":"SYS_ERR_CAP_NOT_FOUND"}', DUMP, "", HEADER, DUMP];
  const traces = parseTraces(lines.join("\n"), "file");
  expect(traces.map(({ line, steps, dumpLine }) => [line, steps.length, dumpLine])).toEqual([
    [1, 1, 3],
    [5, 0, 6],
  ]);
  expect(replay(traces[0]!, new ModelSystem(traces[0]!.caps))).toEqual([]);
});

it("a disagreement is told with its line", () => {
  const [trace] = parseTraces(
    [HEADER, '{"op":"copy","src":0,"dst":9,"err":"SYS_ERR_SLOT_IN_USE"}', DUMP].join("\n"),
    "",
  );
  expect(replay(trace!, new ModelSystem(trace!.caps)).map(({ line, found }) => [line, found])).toEqual([
    [2, "SYS_ERR_OK"],
    [3, '[0,"RAM",4096,8192,1,0,0]'],
    [3, '[9,"RAM",4096,8192,1,0,0]'],
  ]);
});

it("what is made up at random can be read again", () => {
  const [trace] = parseTraces(randomTrace(1, 2, 100).join("\n"), "made up");
  expect(replay(trace!, new ModelSystem(trace!.caps))).toEqual([]);
});

it.each([
  ["file, line 1: not JSON", ["{"]],
  ["file, line 1: the line must be an object", ["[]"]],
  ['file, line 1: expected a header ("caps"), an operation ("op") or a dump ("dump")', ["{}"]],
  ["file, line 1: a dump before the header of a trace", [DUMP]],
  ["file, line 2: a header, but the trace of line 1 has no dump yet", [HEADER, HEADER]],
  ["file, line 1: the file ends before the dump of the trace of line 1", [HEADER]],
  ['file, line 2: "op" must be one of retype, copy,', [HEADER, '{"op":"steal"}']],
  [
    'file, line 2: "count" of retype must be an integer from 0 to 4294967295, not -1',
    [HEADER, '{"op":"retype","src":0,"dst":1,"offset":0,"type":"RAM","objsize":4096,"count":-1,"err":"SYS_ERR_OK"}'],
  ],
  ['file, line 2: "err" of copy must be a string, not undefined', [HEADER, '{"op":"copy","src":0,"dst":1}']],
  ["file, line 2: dump[0] must have 7 fields, not 1", [HEADER, '{"dump":[[0]],"tables":[]}']],
])("%s", (message, lines) => {
  expect(() => parse(...lines)).toThrow(message);
});
