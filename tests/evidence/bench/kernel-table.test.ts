/** The table of the CPU driver's operations, with the figures of both benchmarks. */
import { describe, expect, it } from "vitest";
import { type Figures, kernelTable, retypeTable } from "../../../evidence/bench/kernel-table";

function figures(values: Record<string, number>): Figures {
  return (name, size) => values[`${name} ${size}`] ?? null;
}

const HOSTED = figures({
  "null 0": 20,
  "retype-looked-up 100000": 90,
  "retype-checked 100000": 150,
  "retype 100000": 400,
});
const NATIVE = figures({ "null 0": 90, "retype 100000": 2100, "copy 100000": 1500 });

describe("the kernel's table", () => {
  it("shows the stages of a retype", () => {
    const { head, rows } = kernelTable(HOSTED, null);
    expect(head).toEqual(["", "hosted, time", "hosted, in null calls"]);
    expect(rows.map(([, time, ratio]) => [time, ratio])).toEqual([
      ["20.0 ns", "1.0"],
      ["400 ns", "20"],
      ["70.0 ns", "3.5"],
      ["60.0 ns", "3.0"],
      ["250 ns", "13"],
    ]);
  });

  it("shows instructions beside the times, and an empty cell where a benchmark has no figure", () => {
    const { head, rows } = kernelTable(HOSTED, NATIVE);
    expect(head).toEqual(["", "hosted, time", "hosted, in null calls", "native instructions"]);
    expect(rows.map((row) => row[3])).toEqual(["90", "2,100", "", "", ""]);
    expect(kernelTable(null, NATIVE).rows.map((row) => row[1])).toEqual(["90", "2,100", "1,500"]);
  });

  it("shows parts of a retype that add up to the whole, for each number of live pages", () => {
    const { head, rows } = retypeTable(HOSTED, [100_000]);
    expect(head).toEqual(["", "100,000"]);
    expect(rows.map((row) => row[1])).toEqual(["20.0 ns", "70.0 ns", "60.0 ns", "250 ns", "400 ns"]);
  });
});
