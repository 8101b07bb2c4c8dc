import { beforeAll, describe, expect, it } from "vitest";
import { withMemory } from "../../../machines/boards/board";
import { pandaboardEs } from "../../../machines/boards/pandaboard-es";
import { Machine, type MachineOptions } from "../../../machines/hosted/machine";
import { TrapKind } from "../../../system/kpi/traps";
import { fixtureImages } from "./fixtures/images";

const MIB = 0x100000;
const board = withMemory(pandaboardEs, 16 * MIB);
let fixture: Awaited<ReturnType<typeof fixtureImages>>;

beforeAll(async () => {
  fixture = await fixtureImages();
}, 60_000);

/** Creates a machine whose program obeys the command; fixtures/wasm/programs/main.ts lists the commands. */
function create(command: string, options: Partial<MachineOptions> = {}): Machine {
  const modules = [{ string: "init", elf: fixture.elf }];
  const machine = Machine.create({ board, images: fixture.images, modules, ...options });
  machine.input(command);
  return machine;
}

describe("a run", () => {
  it("ends with the program's status, and passes on the console output", () => {
    const chunks: string[] = [];
    const machine = create("h", { onConsole: (chunk) => chunks.push(chunk) });
    expect(machine.boot()).toEqual({ kind: "booted", entry: 0x400000 });
    expect(machine.run()).toEqual({ kind: "exit", status: 42 });
    expect(machine.consoleText).toBe("hello\n");
    expect(chunks.join("")).toBe("hello\n");
  });

  it("boots if needed, and keeps its result", () => {
    const machine = create("h");
    expect(machine.result).toBeNull();
    expect(machine.run()).toEqual({ kind: "exit", status: 42 });
    expect(machine.result).toEqual({ kind: "exit", status: 42 });
    expect(machine.run()).toEqual({ kind: "exit", status: 42 });
    expect(machine.boot()).toEqual({ kind: "exit", status: 42 });
    expect(machine.consoleText).toBe("hello\n");
  });

  it("is idle when nothing can run", () => {
    expect(create("I").run()).toEqual({ kind: "idle" });
  });

  it("refuses a program's request for more memory", () => {
    expect(create("M").run()).toEqual({ kind: "exit", status: 0 });
  });

  it("refuses modules that do not fit into DRAM", () => {
    const modules = [{ string: "init", elf: new Uint8Array(17 * MIB) }];
    expect(() => create("h", { modules })).toThrow(/not all in DRAM/);
  });
});

describe("an illegal action of a program ends its run with a fault", () => {
  const traps: [command: string, name: string, trap: TrapKind][] = [
    ["u", "an undefined instruction", TrapKind.UNDEFINED],
    ["d", "a division by zero", TrapKind.DIVISION_BY_ZERO],
    ["o", "a quotient that overflows", TrapKind.INTEGER_OVERFLOW],
    ["k", "endless recursion", TrapKind.STACK_OVERFLOW],
    ["i", "a call through a bad pointer", TrapKind.BAD_INDIRECT_CALL],
    ["r", "a return from its first function", TrapKind.PREFETCH_ABORT],
  ];
  it.each(traps)("%s: %s", (command, _name, trap) => {
    expect(create(command).run()).toMatchObject({ kind: "fault", fault: { kind: "trap", trap } });
  });

  const aborts: [command: string, name: string, fault: object][] = [
    ["n", "a null pointer", { address: 0, status: 0b00101, write: false }],
    ["w", "a write to read-only memory", { address: 0xc00010, status: 0x80d, write: true }],
    ["m", "a misaligned load", { address: 0x500002, status: 0b00001, write: false }],
    ["e", "a store to an address without memory", { address: 0x1000000, status: 0x808, write: true }],
    ["K", "a load from the CPU driver's memory", { address: 0x80000000, status: 0b01101, write: false }],
  ];
  it.each(aborts)("%s: %s", (command, _name, fault) => {
    const machine = create(command);
    expect(machine.run()).toMatchObject({ kind: "fault", fault: { kind: "data abort", ...fault } });
    expect(machine.counter("dataAborts")).toBe(1);
  });

  it("describes the fault in words", () => {
    expect(create("w").run()).toMatchObject({
      message: "the program was stopped: data abort, store at 0x00c00010: permission fault, section (DFSR 0x80d)",
    });
    expect(create("d").run()).toMatchObject({ message: "the program was stopped: division by zero" });
  });
});

describe("the CPU driver", () => {
  it("can repair the cause of an abort, after which the access succeeds", () => {
    const machine = create("g");
    expect(machine.run()).toEqual({ kind: "exit", status: 5 });
    expect(machine.counter("dataAborts")).toBe(1);
    expect(machine.dram.getUint32(0xd00000, true)).toBe(5);
  });

  it("that forgets to flush leaves a stale translation in place", () => {
    const machine = create("t");
    expect(machine.run()).toEqual({ kind: "exit", status: 2 });
    expect(machine.consoleText, "one character shows that the old page was still read").toBe("h");
  });

  it("can panic, and its message is reported", () => {
    expect(create("p").run()).toEqual({ kind: "panic", message: "the CPU driver panicked: no" });
  });

  it("is named in the message if it traps itself", () => {
    expect(create("P").run()).toMatchObject({
      kind: "panic",
      message: expect.stringMatching(/^the CPU driver trapped: unreachable/),
    });
  });

  it("may map low memory that a program reaches through a large constant offset", () => {
    expect(create("G").run()).toEqual({ kind: "exit", status: 0 });
  });
});

describe("limits", () => {
  it("stop a loop by time", () => {
    const result = create("l", { limits: { milliseconds: 50 } }).run();
    expect(result).toMatchObject({ kind: "limit", which: "milliseconds", message: expect.stringContaining("50 ms") });
  });

  it("stop endless recursion by time", () => {
    expect(create("f", { limits: { milliseconds: 50 } }).run()).toMatchObject({ kind: "limit", which: "milliseconds" });
  });

  it("stop a run after a number of system calls", () => {
    const machine = create("s", { limits: { systemCalls: 300 } });
    const result = machine.run();
    expect(result).toMatchObject({ kind: "limit", which: "systemCalls", message: expect.stringContaining("300") });
    expect(machine.counter("systemCalls")).toBe(300);
    expect(machine.run({ limits: {} })).toEqual(result);
  });
});

describe("stopping at a system call", () => {
  it("completes exactly the given number of calls, and the machine stays there", () => {
    const machine = create("s");
    const stopped = { kind: "stopped", systemCalls: 700 };
    expect(machine.run({ untilSystemCalls: 700 })).toEqual(stopped);
    expect(machine.counter("systemCalls")).toBe(700);
    expect(machine.run()).toEqual(stopped);
    expect(machine.counter("systemCalls")).toBe(700);
  });
});

describe("a snapshot", () => {
  it("taken after boot starts another machine of the same kind", () => {
    const first = create("s");
    first.boot();
    const second = create("");
    second.restore(first.snapshot());
    second.input("s");
    expect(second.run()).toEqual(first.run());
    expect(second.snapshot()).toEqual(first.snapshot());
  });

  it("taken in the middle of a run shows the same state in another machine", () => {
    const first = create("s");
    first.run({ untilSystemCalls: 500 });
    const snapshot = structuredClone(first.snapshot());
    const second = create("");
    second.restore(snapshot);
    expect(second.snapshot()).toEqual(snapshot);
    expect(second.result).toEqual({ kind: "stopped", systemCalls: 500 });
    expect(second.consoleText).toBe(first.consoleText);
  });

  it("taken at the end shows the memory and the result", () => {
    const first = create("s");
    first.run();
    const second = create("");
    second.restore(first.snapshot());
    expect(second.result).toEqual(first.result);
    expect(second.readPhysical(0x80500000, 64)).toEqual(first.readPhysical(0x80500000, 64));
  });

  it("contains the CPU driver's globals", () => {
    const first = create("s");
    first.run({ untilSystemCalls: 500 });
    const snapshot = first.snapshot();
    expect([...snapshot.globals.values()]).toContain(500);
    const second = create("");
    second.restore(snapshot);
    expect(second.snapshot().globals).toEqual(snapshot.globals);
  });

  it("of another machine is refused", () => {
    const first = create("s");
    const other = create("s", { commandLine: "loglevel=1" });
    expect(() => other.restore(first.snapshot())).toThrow(/another board, other images or other modules/);
  });

  it("contains only chunks that are not zero", () => {
    const machine = create("s", { board: pandaboardEs });
    machine.run();
    expect(machine.snapshot().chunks.size).toBeLessThan(20);
  });
});

describe("two runs of one machine", () => {
  it("leave the same memory and the same output", () => {
    const [first, second] = [create("s"), create("s")];
    expect(first.run()).toEqual(second.run());
    expect(first.snapshot()).toEqual(second.snapshot());
  });
});

describe("physical memory", () => {
  it("can be read inside DRAM", () => {
    const machine = create("s");
    machine.run();
    expect([...machine.readPhysical(0x80500004, 4)]).toEqual([7, 0, 0, 0]);
    expect(machine.dram.byteLength).toBe(16 * MIB);
  });

  it.each([
    ["below", 0x7fffffff, 1],
    ["above", 0x81000000, 1],
    ["across the end", 0x80ffffff, 2],
    ["a negative length", 0x80000000, -1],
    ["half a byte", 2147483648.5, 1],
  ])("cannot be read outside DRAM: %s", (_name, pa, bytes) => {
    expect(() => create("s").readPhysical(pa, bytes)).toThrow(RangeError);
  });

  it("is reached by translations that do not use the TLB", () => {
    const machine = create("s");
    machine.boot();
    expect(machine.translate(0x500123)).toEqual({ status: 0, pa: 0x80500123 });
    expect(machine.translate(0xc00000, { write: true })).toMatchObject({ status: 0x80d });
    expect(machine.translate(0x80000000)).toMatchObject({ status: 0xd });
    expect(machine.translate(0x80000000, { privileged: true })).toEqual({ status: 0, pa: 0x80000000 });
  });
});
