/** The dialog's checkboxes and the text of patterns say the same. */
import { expect, it } from "vitest";
import { isSelected, withToggled } from "../../../apps/web/scenario-pattern";

const all = ["T01", "T02", "T12", "H01"].map((id) => ({ id, title: `title of ${id}`, group: id[0] as string }));
const [T01, , T12, H01] = all as [(typeof all)[0], (typeof all)[0], (typeof all)[0], (typeof all)[0]];
const selected = (patterns: string) => all.filter((each) => isSelected(patterns, each)).map(({ id }) => id);

it("ids, titles and groups with wildcards select as init does", () => {
  expect(selected("T0*")).toEqual(["T01", "T02"]);
  expect(selected("T?2,H01")).toEqual(["T02", "T12", "H01"]);
  expect(selected("*of T12")).toEqual(["T12"]);
  expect(selected("H")).toEqual(["H01"]);
  expect(selected("")).toEqual([]);
  expect(selected("T.1")).toEqual([]);
});

it("a checkbox adds an id, or takes it out of a wildcard", () => {
  expect(withToggled("T0*", H01, all)).toBe("T0*,H01");
  expect(withToggled("T*,H01", T12, all)).toBe("T01,T02,H01");
  expect(withToggled("T01", T01, all)).toBe("");
  expect(withToggled("", T01, all)).toBe("T01");
});
