/** Traces for the races of policies: made up, and read from a file. */
import { describe, expect, it } from "vitest";
import { parseTrace, traceLines } from "../../bench/trace-file";
import { makeTrace, TRACE_NAMES } from "../../bench/traces";

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

  it.each([
    ["", 't:1: expected {"pages": N}'],
    ['{"alloc": 1, "bytes": 1}\n', 't:1: expected the first line to be {"pages": N}'],
    [`${HEAD}{"alloc": 1}\n`, 't:2: expected "bytes" to be a size'],
    [`${HEAD}{"alloc": 1, "bytes": -5}\n`, "not -5"],
    [`${HEAD}\n{"free": 3}\n`, "t:3: expected an id that is in use, not 3"],
    [`${HEAD}{"alloc": 1, "bytes": 1}\n{"alloc": 1, "bytes": 1}\n`, "t:3: expected an id that is not in use, not 1"],
    [`${HEAD}{"alloc": \n`, "t:2: expected a JSON object"],
    [`${HEAD}[1]\n`, "t:2: expected a JSON object"],
    [`${HEAD}{"move": 1}\n`, 't:2: expected "alloc" or "free"'],
    [`${HEAD}{"alloc": 1, "bytes": 1, "alignment": 0.5}\n`, 't:2: expected "alignment" to be bytes'],
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
