/** Statistics and tables of measurements. */
import { describe, expect, it } from "vitest";
import { withSection } from "../../../evidence/bench/document";
import { Measurements } from "../../../evidence/bench/program";
import { quantile, summarize } from "../../../evidence/bench/statistics";
import { formatTime, markdownTable, systemTables, textTable } from "../../../evidence/bench/tables";

describe("statistics", () => {
  it("of one sample is that sample", () => {
    const { quartile, median, p99, maximum } = summarize([7]);
    expect([quartile, median, p99, maximum]).toEqual([7, 7, 7, 7]);
  });

  it("does not depend on the order", () => {
    const values = Array.from({ length: 100 }, (_, i) => (i * 37) % 100);
    const { quartile, median, p99, minimum, maximum } = summarize(values);
    expect([quartile, median, p99, minimum, maximum]).toEqual([25, 50, 99, 0, 99]);
  });

  it("a quantile of everything is the largest", () => {
    expect(quantile([1, 2, 3], 1)).toBe(3);
  });
});

describe("tables", () => {
  it.each([
    [0.25, "0.25 ns"],
    [999, "999 ns"],
    [1500, "1.50 µs"],
    [12_345_678, "12.3 ms"],
    [2e9, "2.00 s"],
  ])("%d nanoseconds are %s", (nanoseconds, text) => expect(formatTime(nanoseconds)).toBe(text));

  it("show what was measured, against the unit, and leave out the rest", () => {
    const measurements = new Measurements();
    measurements.add("null", 0, 20);
    measurements.add("mm-pair", 100, 800);
    measurements.add("mm-pair", 1000, 900);
    const tables = systemTables(measurements);
    expect(tables.map(({ rows }) => rows)).toEqual([
      [["null call", "20.0 ns", "1.0"]],
      [["mm_alloc + mm_free", "800 ns", "900 ns", "45"]],
    ]);
    expect(tables[0]?.head).toEqual(["", "time", "in null calls"]);
    expect(tables[1]?.head).toEqual(["", "100", "1,000", "last column, in null calls"]);
  });

  it("align numbers to the right", () => {
    expect(
      textTable({
        title: "T",
        head: ["a", "b"],
        rows: [
          ["x", "1"],
          ["yy", "22"],
        ],
      }),
    ).toBe("T\n  a    b\n  x    1\n  yy  22");
  });

  it("are also Markdown", () => {
    expect(markdownTable({ title: "T", head: ["a", "b"], rows: [["x", "1"]] })).toBe(
      "### T\n\n| a | b |\n| --- | ---: |\n| x | 1 |",
    );
  });
});

describe("the document", () => {
  const marks = ["<!-- results: written by somebody -->", "<!-- end of results -->"];
  const section = "results: written by somebody";

  it("gets a new section and keeps everything else", () => {
    expect(withSection(`before\n${marks[0]}\nold\n${marks[1]}\nafter`, section, "new")).toBe(
      `before\n${marks[0]}\n\nnew\n\n${marks[1]}\nafter`,
    );
  });

  it("without the marks is refused", () => {
    expect(() => withSection("nothing", section, "new")).toThrow("marks");
  });
});
