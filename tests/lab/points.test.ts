/** The teacher's file: steps, weights, exercises and seeds, and a sentence for each mistake. */
import { describe, expect, it } from "vitest";
import { EXERCISE_IDS } from "../../lab/exercises/exercises";
import { learnerOf, normalName, seedOf } from "../../lab/exercises/seed";
import { parsePoints } from "../../lab/grade/points";

const parse = (value: object) => parsePoints(JSON.stringify({ points: { G01: 3, G06: 2, G12: 2 }, ...value }));

describe("the teacher's file", () => {
  it("offers all steps and all exercises if it does not name them", () => {
    const { points, exercises, exerciseSeed, students } = parse({});
    expect(points).toEqual({ G01: 3, G06: 2, G12: 2 });
    expect(exercises).toEqual(Object.fromEntries(EXERCISE_IDS.map((id) => [id, 1])));
    expect([exerciseSeed, students]).toEqual([1, {}]);
  });

  it("multiplies the points of a step, and leaves out the steps that it does not name", () => {
    expect(parse({ steps: { manager: 2, free: 0.5 } }).points).toEqual({ G01: 6, G12: 1 });
  });

  it("offers the exercises that it names", () => {
    expect(parse({ exercises: { split: 2 } }).exercises).toEqual({ split: 2 });
  });

  it.each([
    [{ steps: ["manager"] }, 'steps must be an object such as { "manager": 1 }, not ["manager"]'],
    [{ steps: { first: 1 } }, 'steps names "first": the steps are manager, sizes, free,'],
    [{ steps: { manager: "2" } }, 'steps.manager must be a number of at least 0, not "2"'],
    [{ steps: { extra: 1 } }, "steps must name a step that has a scenario with points, or no scenario is left"],
    [{ exercises: { splt: 1 } }, 'exercises names "splt": the exercises are split, align,'],
    [{ exercises: { split: -1 } }, "exercises.split must be a number of at least 0, not -1"],
    [{ exerciseSeed: 1.5 }, "exerciseSeed must be a whole number of at least 0, not 1.5"],
    [{ students: [] }, 'students must be an object such as { "ann": 17 }, not []'],
    [{ students: { ann: "x" } }, 'students.ann must be a whole number of at least 0, not "x"'],
    [{ student: {} }, "it has the unknown field student: the fields are seed,"],
  ])("such as %j is refused in words", (value, message) => {
    expect(() => parse(value)).toThrow(message);
  });
});

describe("a seed", () => {
  const learner = (name: string, value: object = {}) => learnerOf(name, parse(value));

  it("follows from the name, without differences in case and spaces", () => {
    expect(normalName("  Ann  Onymous ")).toBe("ann onymous");
    expect(seedOf("split", learner("  ANN "))).toBe(seedOf("split", learner("ann")));
  });

  it("differs for names, exercises and classes", () => {
    const seeds = [
      ...["ann", "bob", "ann1", "17"].map((name) => seedOf("split", learner(name))),
      seedOf("align", learner("ann")),
      seedOf("split", learner("ann", { exerciseSeed: 2 })),
      seedOf("split", learner("ann", { students: { Ann: 17 } })),
    ];
    expect(new Set(seeds).size).toBe(seeds.length);
  });

  it("stays the same in every version, so that work that was begun keeps its numbers", () => {
    expect(seedOf("split", learner("ann"))).toBe(942135841);
  });
});
