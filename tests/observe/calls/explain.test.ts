/** What is in the way of a call that was refused, and the kind of a call found without decoding it. */
import { beforeEach, expect, it } from "vitest";
import { explainRefusal } from "../../../observe/calls/explain";
import { kindOfWords } from "../../../observe/calls/invoked-type";
import { CallTracer, type SystemCall } from "../../../observe/calls/tracer";
import { PhysicalReader } from "../../../observe/decode/memory-reader";
import { scenarioMachine } from "../machine";

const MEMORY = 32 << 20;

interface Traced {
  call: SystemCall;
  quickKind: string;
  explanation: ReturnType<typeof explainRefusal>;
}

function trace(scenario: string): Traced[] {
  const traced: Traced[] = [];
  let tracer: CallTracer | null = null;
  let reader: PhysicalReader | null = null;
  const machine = scenarioMachine({
    scenario,
    memory: MEMORY,
    onSystemCall: (words, handle) => {
      reader ??= new PhysicalReader(machine.dram, machine.board.dram.base);
      tracer ??= new CallTracer(reader, machine.kernelState);
      const memory = reader;
      const quickKind = kindOfWords(memory, machine.kernelState, words[0] as number, words[1] as number);
      return tracer.trace(traced.length + 1, words, handle, (call) => {
        traced.push({ call, quickKind, explanation: explainRefusal(call, memory, machine.kernelState) });
      });
    },
  });
  machine.run();
  return traced;
}

let traced: Traced[] = [];
beforeEach(() => {
  if (traced.length === 0) traced = trace("T01,H04,H13,H20,H30,H31,H32,H33,H38");
});

const refused = (error: string) =>
  traced.filter(({ call }) => call.answer !== null && !call.answer.ok && call.answer.name === error);

it("the quick look finds the kind that the decoder finds", () => {
  expect(traced.length).toBeGreaterThan(20_000);
  const differing = traced.filter(({ call, quickKind }) => call.kind !== quickKind);
  expect(differing.map(({ call, quickKind }) => `${call.number} ${call.kind} ${quickKind}`)).toEqual([]);
});

it("a call that succeeds needs no explanation", () => {
  expect(traced.filter(({ call, explanation }) => call.answer?.ok && explanation !== null)).toEqual([]);
});

it("names the slot that is in use", () => {
  const calls = refused("SYS_ERR_SLOT_IN_USE");
  expect(calls.length).toBeGreaterThan(10);
  for (const { explanation } of calls) {
    expect(explanation?.text).toMatch(/^Destination slot \d+ of the CNode holds /);
    expect(explanation?.where?.is).toBe("slot");
  }
});

it("names the descendant that is in the way of a retype", () => {
  const calls = refused("SYS_ERR_REVOKE_FIRST");
  expect(calls.length).toBeGreaterThan(10);
  for (const { explanation } of calls) expect(explanation?.text).toMatch(/ lies in the range\.$/);
});

it("names the page-table entry that is in use", () => {
  const calls = refused("SYS_ERR_VNODE_SLOT_INUSE");
  expect(calls.length).toBeGreaterThan(0);
  for (const { explanation } of calls) {
    expect(explanation?.text).toMatch(/^Entry \d+ of the table is 0x[0-9a-f]{8}, which is valid\.$/);
    expect(explanation?.where?.is).toBe("entry");
  }
});

it("names the address at which there is nothing", () => {
  const calls = refused("SYS_ERR_CAP_NOT_FOUND").filter(({ call }) => call.kind === "invoke");
  expect(calls.length).toBeGreaterThan(10);
  for (const { explanation } of calls) expect(explanation?.text).toMatch(/^There is no capability at 0x/);
});
