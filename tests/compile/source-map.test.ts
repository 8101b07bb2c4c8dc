import { expect, it } from "vitest";
import { lastAtOrBefore, type Mapping, readMappings, writeMappings } from "../../machines/hosted/source-map";
import { fc } from "../support/property";

const place = fc.record({
  source: fc.nat({ max: 200 }),
  line: fc.nat({ max: 100000 }),
  column: fc.nat({ max: 300 }),
  name: fc.integer({ min: -1, max: 1000 }),
});
const mappings = fc
  .array(fc.record({ offset: fc.nat({ max: 0xffffff }), place: fc.option(place) }))
  .map((list) => list.sort((a, b) => a.offset - b.offset));

it("mappings are read as they were written", () => {
  fc.assert(
    fc.property(mappings, (list) => {
      expect(readMappings(writeMappings(list))).toEqual(list);
    }),
  );
});

it("mappings have the letters of the format", () => {
  const list: Mapping[] = [
    { offset: 1, place: { source: 0, line: 2, column: 3, name: 0 } },
    { offset: 17, place: null },
    { offset: 18, place: { source: 1, line: 0, column: 20, name: -1 } },
  ];
  expect(writeMappings(list)).toBe("CAEGA,gB,CCFiB");
});

it("the last mapping at or before an offset is found", () => {
  const list = [3, 5, 5, 9].map((offset) => ({ offset, place: null }));
  expect([2, 3, 4, 5, 8, 9, 100].map((offset) => lastAtOrBefore(list, offset))).toEqual([-1, 0, 0, 2, 2, 3, 3]);
});

it("text that is not a map is refused", () => {
  expect(() => readMappings("A!")).toThrow("source map: no digit at 1 of its mappings");
});
