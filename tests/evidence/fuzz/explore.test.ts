/**
 * Tries every sequence of a small set of calls on a tiny system, on the CPU driver and on the model.
 * `npm run explore` tries longer sequences.
 */
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type Expander, type Exploration, explore } from "../../../evidence/fuzz/explore/explore";
import { type Path, StateSpace } from "../../../evidence/fuzz/explore/state-space";
import { ALPHABET, SET_UP, SETTING, WIDE_ALPHABET } from "../../../evidence/fuzz/explore/tiny-system";
import { createSubject, type Subject } from "../../../evidence/fuzz/side-by-side";
import { Answer } from "../../../machines/calls/answer";
import { deleteWords } from "../../../machines/calls/call-words";
import type { DirectMachine } from "../../../machines/hosted/direct/direct-machine";
import { decodeDcb } from "../../../observe/decode/dcb";
import { decodeKernelState } from "../../../observe/decode/kernel-state";
import { PhysicalReader } from "../../../observe/decode/memory-reader";
import { parseTraces } from "../../../observe/traces/file";
import { MachineSystem } from "../../../observe/traces/machine/system";
import { playTrace } from "../../../observe/traces/play";
import type { Trace } from "../../../observe/traces/trace";
import { CapLevel } from "../../../system/kpi/cspace";
import { CallWords, CNodeCmd, invokeWord, MappingCmd, VNodeCmd } from "../../../system/kpi/system-calls";
import { forgetFlush } from "../../support/forgotten-flush";

const DEPTH = 6;
const TIME_LIMIT_MS = 600_000;

/** Pauses before each batch, so that the test runner still gets messages. */
function inTurns(space: StateSpace): Expander {
  return {
    expand: async (paths) => {
      await setImmediate();
      return space.expand(paths);
    },
  };
}

function exploreTo(depth: number, ...spaces: StateSpace[]): Promise<Exploration> {
  const { firstKey } = spaces[0]!;
  return explore({ firstKey, expanders: spaces.map(inTurns), depth, states: Number.MAX_SAFE_INTEGER });
}

/** The calls of the wide system begin with those of the tiny one. */
const operationsOf = (path: Path) => path.map((call) => WIDE_ALPHABET[call]!);

function describeViolation({ violation }: Exploration): string {
  if (!violation) return "";
  return [...violation.what, ...operationsOf(violation.path).map((operation) => JSON.stringify(operation))].join("\n");
}

function traceOf(script: readonly string[]): Trace {
  const [trace] = parseTraces("script", Buffer.from(script.join("\n")));
  return trace!;
}

it(`all sequences of ${DEPTH} calls out of ${ALPHABET.length} give the same results on machine and model`, {
  timeout: TIME_LIMIT_MS,
}, async () => {
  const space = new StateSpace(await createSubject());
  expect(space.violationAtStart()).toBeNull();
  const result = await exploreTo(DEPTH, space);
  expect(result.violation, describeViolation(result)).toBeNull();
  expect(result.depth).toBe(DEPTH);
  // Every call is tried in every state except the states of the last depth.
  const tried = result.states - result.levels.at(-1)!;
  expect(result.transitions).toBe(tried * ALPHABET.length);
  space.checkRest();
});

it("all sequences of three calls of the wide system give the same results, and lead to more states", async () => {
  const narrow = await exploreTo(3, new StateSpace(await createSubject()));
  const space = new StateSpace(await createSubject(), false, WIDE_ALPHABET);
  const result = await exploreTo(3, space);
  expect(result.violation, describeViolation(result)).toBeNull();
  expect(WIDE_ALPHABET.length).toBeGreaterThan(ALPHABET.length);
  result.levels.slice(1).forEach((count, index) => {
    expect(count).toBeGreaterThan(narrow.levels[index + 1]!);
  });
  space.checkRest();
});

it("two explorers that share the work find the same states as one", async () => {
  const [alone, together] = [
    await exploreTo(3, new StateSpace(await createSubject())),
    await exploreTo(3, new StateSpace(await createSubject()), new StateSpace(await createSubject())),
  ];
  expect(together).toEqual(alone);
});

it("an exploration stops at its limit of states, and reports that it is incomplete", async () => {
  const space = new StateSpace(await createSubject());
  const expanders = [inTurns(space)];
  const result = await explore({ firstKey: space.firstKey, expanders, depth: 20, states: 300 });
  expect(result.states).toBeGreaterThanOrEqual(300);
  expect(result.depth).toBeLessThan(20);
  expect(result.exhausted).toBe(false);
  expect(result.levels.reduce((sum, count) => sum + count)).toBe(result.states);
});

it("the path to a state is a trace that can be replayed", async () => {
  const { machine } = await createSubject();
  const space = new StateSpace(await createSubject());
  const first = space.expand([[]]).found.map(({ call }) => [call]);
  const second = space.expand(first).found.map(({ from, call }) => [...first[from]!, call]);
  expect(second.length).toBeGreaterThan(100);
  for (const path of [[], ...first, ...second]) {
    const trace = traceOf(space.scriptOf(path));
    expect(trace.steps.map(({ operation }) => operation)).toEqual([...SET_UP, ...operationsOf(path)]);
    const { differences } = playTrace(trace, new MachineSystem(machine, SETTING));
    expect(differences, JSON.stringify(operationsOf(path))).toEqual([]);
  }
});

describe("the explorer finds, with as few calls as possible,", () => {
  /** A machine that performs each call and then calls `after`, which may do harm and change the answer. */
  async function faulty(
    after: (machine: DirectMachine, words: readonly number[], answer: Answer) => Answer,
  ): Promise<Subject> {
    const subject = await createSubject();
    const { machine } = subject;
    const honest = machine.call.bind(machine);
    machine.call = (words) => after(machine, words, honest(words));
    return subject;
  }

  const word = (machine: DirectMachine, pa: number) => machine.bytes.getUint32(pa - machine.dram.base, true);
  const setWord = (machine: DirectMachine, pa: number, value: number) =>
    machine.bytes.setUint32(pa - machine.dram.base, value, true);

  it("a start-up table that stays installed after its deletion", async () => {
    const entry = 31;
    const deletion = deleteWords({ address: 0x100 | 30 });
    const l1Of = (machine: DirectMachine): number => {
      const reader = new PhysicalReader(machine.bytes, machine.dram.base);
      return decodeDcb(reader, decodeKernelState(reader, machine.kernelState).currentDcb!).vspace!.base;
    };
    const subject = await createSubject();
    const { machine } = subject;
    const honest = machine.call.bind(machine);
    machine.call = (words) => {
      if (words.join() !== deletion.join()) return honest(words);
      const at = l1Of(machine) + 4 * entry;
      const before = word(machine, at);
      const answer = honest(words);
      if (answer.ok) setWord(machine, at, before);
      return answer;
    };
    const space = new StateSpace(subject);
    const { violation } = await exploreTo(3, space);
    expect(operationsOf(violation!.path)).toEqual([{ op: "delete", slot: { cnode: 1, slot: 30 } }]);
    expect(violation!.what.join("\n")).toMatch(/entry at 0x[0-9a-f]+: model nothing, machine 0x/);
    const { differences } = playTrace(traceOf(space.scriptOf(violation!.path)), new MachineSystem(machine, SETTING));
    expect(differences.map(({ got }) => got).join("\n")).toMatch(/entry 31 of the L1 table .* not an L2 table/);
  });

  it("an unmap that reports success and does nothing", async () => {
    const unmap = invokeWord(CallWords.Unmap, VNodeCmd.Unmap, CapLevel.L2);
    const subject = await createSubject();
    const { machine } = subject;
    const honest = machine.call.bind(machine);
    machine.call = (words) => (words[0] === unmap ? new Answer(0n) : honest(words));
    const { violation } = await exploreTo(3, new StateSpace(subject));
    // One call is enough: the machine reports success although there is nothing to unmap.
    expect(operationsOf(violation!.path).map(({ op }) => op)).toEqual(["unmap"]);
    expect(violation!.what.join()).toMatch(/answer: model SYS_ERR_.*, machine SYS_ERR_OK/);
  });

  it("an entry that loses its write permission when another is unmapped", async () => {
    const unmap = invokeWord(CallWords.Unmap, VNodeCmd.Unmap, CapLevel.L2);
    const table = 30;
    const space = new StateSpace(
      await faulty((machine, words, answer) => {
        if (words[0] !== unmap || !answer.ok) return answer;
        const reader = new PhysicalReader(machine.bytes, machine.dram.base);
        const { vspace } = decodeDcb(reader, decodeKernelState(reader, machine.kernelState).currentDcb!);
        const installed = word(machine, vspace!.base + 4 * (table + 1));
        if (installed === 0) return answer;
        const entries = installed & ~0x3ff;
        for (const pa of [entries, entries + 4]) {
          const descriptor = word(machine, pa >>> 0);
          if (descriptor !== 0) setWord(machine, pa >>> 0, descriptor | 0x200);
        }
        return answer;
      }),
    );
    const { violation } = await exploreTo(6, space);
    // The shortest path maps two frames and unmaps one of them.
    expect(
      operationsOf(violation!.path)
        .map(({ op }) => op)
        .sort(),
    ).toEqual(["map", "map", "retype", "retype", "unmap"]);
    expect(violation!.what.join("\n")).toMatch(
      /entry at .*: model 0x81\d+, attributes \d+, machine 0x81\d+, attributes/,
    );
  });

  it.each([
    ["unmap", invokeWord(CallWords.Unmap, VNodeCmd.Unmap, CapLevel.L2)],
    ["modify", invokeWord(CallWords.Modify, MappingCmd.Modify, CapLevel.L2)],
    ["destroy", invokeWord(CallWords.Destroy, MappingCmd.Destroy, CapLevel.L2)],
    ["delete", invokeWord(CallWords.Delete, CNodeCmd.Delete, CapLevel.L2)],
    ["revoke", invokeWord(CallWords.Revoke, CNodeCmd.Revoke, CapLevel.L2)],
  ])("that %s does not flush the TLB", async (op, firstWord) => {
    const subject = await createSubject();
    forgetFlush(subject, firstWord);
    const { violation } = await exploreTo(4, new StateSpace(subject));
    expect(operationsOf(violation!.path).map((operation) => operation.op)).toEqual(["retype", "map", op]);
    expect(violation!.what.join("\n")).toMatch(/0x1f00000 through the TLB: model fault \d+, MMU 0x81000000/);
  });

  it("a refused copy that changes memory", async () => {
    const copy = invokeWord(CallWords.Copy, CNodeCmd.Copy, CapLevel.L2);
    const space = new StateSpace(
      await faulty((machine, words, answer) => {
        if (words[0] === copy && !answer.ok) setWord(machine, 0x81000000, 1);
        return answer;
      }),
    );
    const { violation } = await exploreTo(2, space);
    expect(violation!.path).toHaveLength(1);
    expect(violation!.what.join()).toMatch(/the call is refused \(.*CAP_NOT_FOUND\), but changes something/);
  });

  it("a wrong initial state, unless the caller tolerates it", async () => {
    const subject = await createSubject();
    const { machine } = subject;
    const honest = machine.boot.bind(machine);
    machine.boot = (options) => {
      honest(options);
      const reader = new PhysicalReader(machine.bytes, machine.dram.base);
      const { vspace } = decodeDcb(reader, decodeKernelState(reader, machine.kernelState).currentDcb!);
      setWord(machine, vspace!.base + 4 * 100, 0x80000c02);
    };
    const what = [
      /entry 100 of the L1 table .* belongs to no live mapping/,
      /entry 100 .* gives the program access to/,
    ];
    const found = new StateSpace(subject).violationAtStart();
    expect(found!.path).toEqual([]);
    for (const sentence of what) expect(found!.what.join("\n")).toMatch(sentence);
    expect(new StateSpace(subject, true).violationAtStart()).toBeNull();
  });
});
