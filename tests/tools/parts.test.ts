/** What a build makes. */
import { expect, it } from "vitest";
import { parts } from "../../tools/build/parts";

const namesOf = (quick: boolean) => parts({ bench: false, fuzz: false, quick }).map(({ name }) => name);

it("a quick build leaves out the pages, and makes all that a run on the command line needs", () => {
  expect(namesOf(false)).toEqual([...namesOf(true), "web"]);
  expect(namesOf(true)).toEqual(expect.arrayContaining(["init", "cpudriver", "mmu", "mmu-access", "recorder", "cli"]));
});
