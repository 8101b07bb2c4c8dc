/** Reading trace files and playing them. `tests/apps/cli/replay.test.ts` has more tests of malformed files. */
import { describe, expect, it } from "vitest";
import { ModelSystem } from "../../../evidence/model/model-system";
import { randomTrace } from "../../../evidence/model/random-trace";
import { pandaboardEs } from "../../../machines/boards/pandaboard-es";
import { vexpressA9 } from "../../../machines/boards/vexpress-a9";
import { DirectMachine } from "../../../machines/hosted/direct/direct-machine";
import { loadSystemImages } from "../../../machines/hosted/node/load-images";
import { parseTraces } from "../../../observe/traces/file";
import { MachineSystem } from "../../../observe/traces/machine/system";
import { slotsOf } from "../../../observe/traces/operation";
import { playTrace } from "../../../observe/traces/play";
import type { Trace } from "../../../observe/traces/trace";
import { SEED } from "../../support/seed";

const HEADER =
  '{"trace":3,"seed":9,"dram":{"base":4096,"bytes":8192},"slots":1024,"caps":[{"slot":0,"type":"RAM","base":4096,"bytes":8192}]}';
const DUMP = '{"dump":[[0,"RAM",4096,8192,0,0,0]],"tables":[]}';

const parse = (lines: readonly string[]): Trace[] => [...parseTraces("file", Buffer.from(lines.join("\n")))];
const step = (fields: string): unknown =>
  parse([HEADER, `{${fields},"err":"SYS_ERR_OK"}`, DUMP])[0]?.steps[0]?.operation;

describe("a file", () => {
  it("contains traces, each with a header, operations and a dump", () => {
    const traces = parse([HEADER, '{"op":"delete","slot":7,"err":"SYS_ERR_CAP_NOT_FOUND"}', DUMP, "", HEADER, DUMP]);
    expect(traces.map(({ line, steps, dump }) => [line, steps.length, dump?.line])).toEqual([
      [1, 1, 3],
      [5, 0, 6],
    ]);
  });

  it("names slots by number or by path", () => {
    const path = { root: 9, cnode: 41, slot: 3, level: 2 };
    expect(step(`"op":"copy","src":${JSON.stringify(path)},"dst":{"cnode":40}`)).toEqual({
      op: "copy",
      src: path,
      dst: { cnode: 40 },
    });
    expect(step('"op":"setup","dispatcher":5,"cspace":null,"vspace":[1,2],"frame":null,"run":true,"other":7')).toEqual({
      op: "setup",
      dispatcher: 5,
      cspace: null,
      vspace: [1, 2],
      frame: null,
      run: true,
      other: 7,
    });
    expect(step('"op":"resize","invoked":null,"root":4,"dst":8')).toEqual({
      op: "resize",
      invoked: null,
      root: 4,
      dst: 8,
    });
  });

  it.each([
    [
      "expects 0 to 255 for a type without a name",
      '"op":"create","type":256,"dst":1',
      /integer from 0 to 255 as "type"/,
    ],
    ["refuses a path without a CNode", '"op":"delete","slot":{"slot":1}', /"cnode" of "slot" of delete, found nothing/],
    ["refuses another root where there is none", '"op":"destroy","mapping":{"root":9,"cnode":41}', /found "root"/],
    [
      "refuses an entry past the end of a CNode",
      '"op":"delete","slot":{"cnode":41,"slot":256}',
      /from 0 to 255 as "slot" of/,
    ],
    [
      "refuses the system's part of the root",
      '"op":"delete","slot":{"cnode":39}',
      /an entry from 40 on, or 1 or 19, as "cnode"/,
    ],
    [
      "requires a slot for an old root",
      '"op":"resize","invoked":null,"root":4,"dst":{"cnode":41}',
      /"slot" of "dst".*nothing/,
    ],
    ["refuses half an address", '"op":"setup","dispatcher":5,"cspace":null,"vspace":[1]', /two entries.*"vspace"/],
    ["refuses an operation that it does not know", '"op":"steal"', /expected one of "retype", "copy",.* found "steal"/],
    ["refuses a type that it does not know", '"op":"create","type":"Ram","dst":1', /as "type" of create, found "Ram"/],
  ])("%s", (_, fields, message) => {
    expect(() => step(fields)).toThrow(message);
    expect(() => step(fields)).toThrow(/^file:2: /);
  });
});

it("nothing may follow an operation without an answer", () => {
  const last = '{"op":"revoke","slot":0,"err":"no answer"}';
  expect(parse([HEADER, last, HEADER, last])).toHaveLength(2);
  expect(() => parse([HEADER, last, last])).toThrow(/^file:3: expected the header of another trace after "no answer"/);
  expect(() => parse([HEADER, last, DUMP])).toThrow(/^file:3: expected the header of another trace/);
});

it("a header or a dump may not name a slot twice", () => {
  const row = '[0,"RAM",4096,8192,0,0,0]';
  expect(() => parse([HEADER, `{"dump":[${row},${row}],"tables":[]}`])).toThrow(/^file:2: expected each slot once/);
  const cap = '{"slot":0,"type":"RAM","base":4096,"bytes":8192}';
  expect(() => parse([HEADER.replace(cap, `${cap},${cap}`), DUMP])).toThrow(
    /^file:1: expected each slot once in "caps"/,
  );
});

it("the system's part of the root is larger with many CNodes", () => {
  const header = HEADER.replace('"slots":1024', '"slots":6144');
  const copy = (cnode: number) => [header, `{"op":"copy","src":0,"dst":{"cnode":${cnode}},"err":"SYS_ERR_OK"}`, DUMP];
  expect(() => parse(copy(43))).toThrow(/an entry from 44 on/);
  expect(parse(copy(44))).toHaveLength(1);
});

describe("playing", () => {
  it("reports each disagreement with its line", () => {
    const [trace] = parse([HEADER, '{"op":"copy","src":0,"dst":9,"err":"SYS_ERR_SLOT_IN_USE"}', DUMP]);
    const { differences, compared, differing } = playTrace(trace!, new ModelSystem(trace!.header));
    expect([compared, differing]).toEqual([2, 2]);
    expect(differences.map(({ line, got }) => [line, got])).toEqual([
      [2, "SYS_ERR_OK"],
      [3, "RAM at 0x00001000, 8192 bytes, copies"],
      [3, "RAM at 0x00001000, 8192 bytes, copies"],
    ]);
  });

  it("reports an entry without a mapping once, at the operation that caused it", () => {
    const machine = DirectMachine.create({ board: pandaboardEs, images: loadSystemImages() });
    const [trace] = parse(randomTrace(0, SEED, 40, false));
    const system = new MachineSystem(machine, trace!.header);
    const perform = system.perform.bind(system);
    let performed = 0;
    system.perform = (operation) => {
      const outcome = perform(operation);
      const { all } = machine.memory;
      const entry = machine.ttbr0 - pandaboardEs.dram.base + 4 * 500;
      // This simulates a tenth operation that writes a section into the running program's L1 table.
      if (++performed === 10) all.setUint32(entry, 0x90011c0e, true);
      return outcome;
    };
    const { differences, differing } = playTrace(trace!, system);
    expect(differing).toBe(1);
    expect(differences).toHaveLength(1);
    expect(differences[0]!.line).toBe(trace!.steps[9]!.line);
    expect(differences[0]!.got).toMatch(/^entry 500 of the L1 table at .* is valid but belongs to no live mapping/);
  });

  it("lists each slot of an operation once", () => {
    expect(slotsOf({ op: "copy", src: 4, dst: { cnode: 40, slot: 4 } })).toEqual([4, { cnode: 40, slot: 4 }]);
    expect(slotsOf({ op: "unmap", vnode: 4, mapping: 4 })).toEqual([4]);
  });
});

describe(`traces generated from seed ${SEED}, with the model's answers`, () => {
  const TRACES = 12;
  const OPERATIONS = 250;
  const traces = (nested: boolean): Trace[] =>
    parse(Array.from({ length: TRACES }, (_, i) => randomTrace(i, SEED * 1000 + i, OPERATIONS, nested)).flat());

  it("can be read again", () => {
    for (const trace of traces(true)) {
      const { differences, compared } = playTrace(trace, new ModelSystem(trace.header));
      expect(differences).toEqual([]);
      expect(compared).toBeGreaterThan(1);
    }
  });

  // The boards have memory at different addresses. Memory that a board lacks at a trace's address is moved elsewhere.
  it.each([pandaboardEs, vexpressA9])("get the same answers from the CPU driver on $name", (board) => {
    const machine = DirectMachine.create({ board, images: loadSystemImages() });
    for (const trace of [...traces(false), ...traces(true)]) {
      expect(playTrace(trace, new MachineSystem(machine, trace.header)).differences).toEqual([]);
    }
  });
});
