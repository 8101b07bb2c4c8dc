/** The page's address holds all of its state. */
import { expect, it } from "vitest";
import { LAST_CALL, type Place, parsePlace, placeText, START } from "../../../apps/web/place";
import { parseSelection, type Selection, selectionText } from "../../../apps/web/selection";
import { ObjType } from "../../../system/kpi/object-types";
import { fc } from "../../support/property";

const address = fc.nat({ max: 0xffffffff });
const selections: fc.Arbitrary<Selection> = fc.oneof(
  fc.record({ kind: fc.constant("page" as const), base: address }),
  fc.record({ kind: fc.constant("slot" as const), at: address }),
  fc.record({ kind: fc.constant("entry" as const), at: address }),
  fc.record({ kind: fc.constant("address" as const), va: address }),
  fc.record({
    kind: fc.constant("capability" as const),
    type: fc.constantFrom(ObjType.RAM, ObjType.Frame, ObjType.Frame_Mapping, ObjType.VNode_ARM_l2),
    base: address,
    bytes: address,
  }),
);
const places: fc.Arbitrary<Place> = fc.record({
  run: fc.record(
    {
      scenario: fc.stringMatching(/^[!-~]{0,20}$/),
      board: fc.constantFrom("pandaboard-es", "vexpress-a9"),
      memory: fc.integer({ min: 16, max: 1024 }),
      libmm: fc.constantFrom("typefish", "buddy"),
      lab: fc.stringMatching(/^[0-9a-z]{1,20}$/),
    },
    { requiredKeys: ["scenario", "board", "memory", "libmm"] },
  ),
  call: fc.oneof(fc.nat({ max: 10_000_000 }), fc.constant(LAST_CALL)),
  selection: fc.option(selections, { nil: null }),
  view: fc.constantFrom("memory", "time", "call"),
  against: fc.constantFrom("", "first-fit", "buddy"),
  tour: fc.nat({ max: 8 }),
});

it("what is selected survives its text form", () => {
  fc.assert(
    fc.property(selections, (selection) => {
      expect(parseSelection(selectionText(selection))).toEqual(selection);
    }),
  );
});

it("every place survives the address", () => {
  fc.assert(
    fc.property(places, (place) => {
      expect(parsePlace(placeText(place))).toEqual(place);
    }),
  );
});

it("what is as at the start is not in the address", () => {
  expect(placeText(START)).toBe("#");
  expect(placeText({ ...START, call: 12, selection: { kind: "slot", at: 0x80001040 } })).toBe(
    "#call=12&select=slot.0x80001040",
  );
});

it.each([
  "#call=-1",
  "#call=1e3&memory=x",
  "#select=page.0xzz",
  "#select=slot",
  "#select=capability.No.0x1.0x1",
  "#%%%",
])("what cannot be read in %s is as at the start", (fragment) => {
  expect(parsePlace(fragment)).toEqual(START);
});
