/** Traces for the races of policies: made up, and read from a file. */
import { describe, expect, it } from "vitest";
import { makeTrace, TRACE_NAMES } from "../../bench/allocation-trace";
import { parseTrace, traceLines } from "../../bench/trace-file";

const HEAD = '{"pages": 100}\n';

describe("a trace file", () => {
  it("takes and gives back, in bytes, rounded up to pages", () => {
    const trace = parseTrace("t", `${HEAD}{"alloc": 7, "bytes": 4097, "alignment": 8192}\n\n{"free": 7}\n`);
    expect(trace.pages).toBe(100);
    expect(trace.operations).toEqual([
      { id: 0, pages: 2, alignment: 2 },
      { id: 0, pages: 0, alignment: 1 },
    ]);
  });

  it("may use an id again", () => {
    const again = '{"alloc": 1, "bytes": 1}\n{"free": 1}\n';
    expect(parseTrace("t", HEAD + again + again).operations.map(({ id }) => id)).toEqual([0, 0, 1, 1]);
  });

  it("says what lives long", () => {
    const { operations } = parseTrace("t", `${HEAD}{"alloc": 1, "bytes": 1, "end": "high"}\n`);
    expect(operations).toEqual([{ id: 0, pages: 1, alignment: 1, isHigh: true }]);
  });

  it.each([
    [1, 1],
    [4096, 1],
    [8192, 2],
    [6144, 3],
    [4097, 4097],
  ])("an alignment of %d bytes is one of %d pages", (bytes, pages) => {
    const trace = parseTrace("t", `${HEAD}{"alloc": 1, "bytes": 1, "alignment": ${bytes}}\n`);
    expect(trace.operations[0]?.alignment).toBe(pages);
  });

  it("is what a trace is written as", () => {
    const operations = [
      { id: 0, pages: 2, alignment: 4 },
      { id: 1, pages: 1, alignment: 1, isHigh: true },
      { id: 0, pages: 0, alignment: 1 },
    ];
    const trace = { name: "t", title: "from a file", pages: 9, seed: null, operations, exchanges: { from: 0, to: 3 } };
    expect(parseTrace("t", traceLines(trace).join("\n"))).toEqual(trace);
  });

  it.each([
    ["", 't:1: expected the size of the memory first, such as {"pages": 65536}, found the end of the file'],
    [
      '{"alloc": 1, "bytes": 1}\n',
      't:1: expected the size of the memory first, such as {"pages": 65536}, found {"alloc":1',
    ],
    ["pages\n", 't:1: expected the size of the memory first, such as {"pages": 65536}, found text that is not JSON'],
    ['{"pages": 0}\n', 't:1: expected an integer from 1 to 16777216 as "pages", found 0'],
    [HEAD, 't:2: expected {"alloc": 1, "bytes": 4096} or {"free": 1}, found the end of the file'],
    [HEAD + HEAD, 't:2: expected {"alloc": 1, "bytes": 4096} or {"free": 1}, found {"pages":100}'],
    [`${HEAD}{"alloc": 1}\n`, 't:2: expected an integer from 1 to 68719476736 as "bytes", found nothing'],
    [`${HEAD}{"alloc": 1, "bytes": -5}\n`, 't:2: expected an integer from 1 to 68719476736 as "bytes", found -5'],
    [`${HEAD}{"alloc": 1, "bytes": "${"x".repeat(100)}"}\n`, /as "bytes", found "x{59}$/],
    [
      `${HEAD}{"alloc": "a", "bytes": 1}\n`,
      't:2: expected an integer from 0 to 9007199254740991 as "alloc", found "a"',
    ],
    [`${HEAD}{"alloc": 1, "bytes": 1, "align": 8}\n`, 'found "align"'],
    [
      `${HEAD}{"alloc": 1, "bytes": 1, "free": 1}\n`,
      't:2: expected no other fields than "alloc", "bytes", "alignment", "end", found "free"',
    ],
    [`${HEAD}{"alloc": 1, "bytes": 1, "end": "top"}\n`, 't:2: expected one of "low", "high" as "end", found "top"'],
    [`${HEAD}\n{"free": 3}\n`, 't:3: expected an id that is in use as "free", found 3'],
    [
      `${HEAD}{"alloc": 1, "bytes": 1}\n{"alloc": 1, "bytes": 1}\n`,
      't:3: expected an id that is not in use as "alloc", found 1',
    ],
    [`${HEAD}{"alloc": \n`, 't:2: expected {"alloc": 1, "bytes": 4096} or {"free": 1}, found text that is not JSON'],
    [`${HEAD}[1]\n`, "t:2: expected an object as the line, found [1]"],
    [`${HEAD}{"move": 1}\n`, 't:2: expected {"alloc": 1, "bytes": 4096} or {"free": 1}, found {"move":1}'],
    [
      `${HEAD}{"alloc": 1, "bytes": 1, "alignment": 0.5}\n`,
      't:2: expected an integer from 1 to 1073741824 as "alignment", found 0.5',
    ],
  ])("%j is refused", (text, message) => {
    expect(() => parseTrace("t", text)).toThrow(message);
  });
});

describe.each(TRACE_NAMES)("the made-up trace %s", (name) => {
  const trace = makeTrace(name, 5, 4096, 500);

  it("is the same for the same seed, and another for another", () => {
    expect(makeTrace(name, 5, 4096, 500)).toEqual(trace);
    if (name !== "pages") expect(makeTrace(name, 6, 4096, 500).operations).not.toEqual(trace.operations);
  });

  it("gives back what it took, once, and asks for more than there is in the end", () => {
    const live = new Map<number, number>();
    for (const { id, pages } of trace.operations) {
      expect(live.has(id)).toBe(pages === 0);
      if (pages === 0) live.delete(id);
      else live.set(id, pages);
    }
    expect([...live.values()].reduce((sum, pages) => sum + pages, 0)).toBeGreaterThan(4096);
  });
});
