import { beforeAll, describe, expect, it } from "vitest";
import { withMemory } from "../../boards/board";
import { pandaboardEs } from "../../boards/pandaboard-es";
import { TrapKind } from "../../kpi/traps";
import { Machine, type MachineOptions } from "../../machine/machine";
import { fixtureImages } from "./fixtures/images";

const MIB = 0x100000;
const board = withMemory(pandaboardEs, 16 * MIB);
let fixture: Awaited<ReturnType<typeof fixtureImages>>;

beforeAll(async () => {
  fixture = await fixtureImages();
}, 60_000);

/** A machine whose program will do what the command says, see fixtures/wasm/programs/main.ts. */
function create(command: string, options: Partial<MachineOptions> = {}): Machine {
  const modules = [{ string: "init", elf: fixture.elf }];
  const machine = Machine.create({ board, images: fixture.images, modules, ...options });
  machine.input(command);
  return machine;
}

describe("a run", () => {
  it("ends with the program's status, and shows what it printed", () => {
    const chunks: string[] = [];
    const machine = create("h", { onConsole: (chunk) => chunks.push(chunk) });
    expect(machine.boot()).toEqual({ kind: "booted", entry: 0x400000 });
    expect(machine.run()).toEqual({ kind: "exit", status: 42 });
    expect(machine.consoleText).toBe("hello\n");
    expect(chunks.join("")).toBe("hello\n");
  });
});
