/** `typefish calls`: every system call in words, what it changed, and the choice of calls. */
import { describe, expect, it } from "vitest";
import { type Run, typefishMeanwhile } from "./run";

const calls = (...args: string[]): Promise<Run> => typefishMeanwhile(["calls", "--memory", "64M", ...args]);

interface JsonCall {
  number: number;
  scenario: string | null;
  call: string;
  ok: boolean;
  errors: string[];
  changes: { what: string }[];
}

const parsed = ({ lines }: Run) => lines.map((line) => JSON.parse(line) as JsonCall);

describe("calls shows", () => {
  it("the calls of a scenario, with what each changed", async () => {
    const { status, lines } = await calls("--scenario", "T02", "--kind", "retype,delete");
    expect(status).toBe(0);
    expect(lines).toEqual([
      "      22  retype(source=0x00000300 (RAM 0x8026c000 61.6 MiB), offset=0, type=RAM, size=4 KiB, count=1, to=0x00000700) = ok",
      "          + 0x00000700 RAM 0x8026c000 4 KiB",
      "      25  delete(slot=0x00000700 (RAM 0x8026c000 4 KiB), base=0x8026c000, size=4 KiB) = ok",
      "          - 0x00000700 RAM 0x8026c000 4 KiB",
      "",
      "2 of 31 calls shown",
    ]);
  });

  it("mappings with the entries of page tables that they write", async () => {
    const { stdout } = await calls("--scenario", "T40", "--kind", "copy,map", "--limit", "3");
    expect(stdout).toContain("copy(source=0x00000800 (Frame 0x8026c000 4 KiB), to=0x00000801) = ok");
    expect(stdout).toContain("flags=READ|WRITE, mapping=0x00000804) = ok");
    expect(stdout).toContain("+ 0x00000804 VNode_ARM_l2_Mapping of 0x83ffb000, 1 entry");
    expect(stdout).toContain(
      "+ entry 0 of the L2 table 0x83ffb000 for 0x10000000 - 0x10000fff: page 0x8026c000 rw- cached",
    );
  });

  it("refused calls with the names of their errors, and nothing that they changed", async () => {
    const run = await calls("--scenario", "H26", "--errors", "--json");
    const refused = parsed(run);
    expect(refused.length).toBeGreaterThanOrEqual(7);
    expect(refused.every(({ ok, errors, changes }) => !ok && errors.length > 0 && changes.length === 0)).toBe(true);
    expect(refused[0]).toMatchObject({ call: "retype", errors: ["SYS_ERR_ILLEGAL_DEST_TYPE"], scenario: "H26" });
  });

  it("only failures with one error", async () => {
    const found = parsed(await calls("--scenario", "H26", "--error", "SYS_ERR_CAP_LOOKUP_DEPTH", "--json"));
    expect(found.length).toBeGreaterThan(0);
    expect(found.every(({ errors }) => errors.includes("SYS_ERR_CAP_LOOKUP_DEPTH"))).toBe(true);
  });

  it("calls about one slot or one address", async () => {
    const slot = await calls("--scenario", "T02", "--slot", "0x700");
    expect(slot.lines.filter((line) => / = /.test(line)).every((line) => line.includes("0x00000700"))).toBe(true);
    expect(slot.stdout).toMatch(/delete\(slot=0x00000700/);
    const address = await calls("--scenario", "T40", "--address", "0x10000000", "--errors");
    expect(address.stdout).toContain("print(text=0x10000000, bytes=1) = SYS_ERR_INVALID_USER_BUFFER");
  });

  it("a range of numbers since boot, whatever the scenario", async () => {
    const { lines } = await calls("--scenario", "T02", "--from", "2", "--to", "3");
    expect(lines.slice(0, 2)).toEqual([
      "       2  core-id() = 0",
      '       3  print(text="init.0.0: init: on core 0 invoked as:", bytes=37) = ok',
    ]);
    expect(lines).toHaveLength(4);
  });

  it("with --all, also the calls before the scenario", async () => {
    const only = parsed(await calls("--scenario", "T02", "--json"));
    const all = parsed(await calls("--scenario", "T02", "--all", "--json"));
    expect(only.every(({ scenario }) => scenario === "T02")).toBe(true);
    expect(all[0]).toMatchObject({ number: 1, scenario: null });
    expect(all.length).toBeGreaterThan(only.length);
  });
});

describe("calls refuses", () => {
  it.each([
    [["--kind", "nope"], /There is no kind 'nope': choose from retype, copy/],
    [["--error", "SYS_ERR_NOPE"], /There is no error 'SYS_ERR_NOPE'/],
    [["--from", "9", "--to", "3"], /--from 9 is after --to 3/],
    [["--scenario", "T99"], /no scenario matches 'T99'/],
  ])("%j", async (args, message) => {
    const { status, stdout, stderr } = await calls(...args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });
});
