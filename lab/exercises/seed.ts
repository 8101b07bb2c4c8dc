/**
 * The seeds of exercises. Each learner gets other numbers, and the same numbers everywhere: they follow from the name
 * that the learner types and from the number of the class.
 *
 *     seed = hash of "class seed / name / exercise", 32 bits
 */

import type { Points } from "../grade/points";

/** A name as it counts: without differences in case and spaces. */
export function normalName(name: string): string {
  return name.normalize("NFKC").trim().replace(/\s+/g, " ").toLowerCase();
}

/** FNV-1a over the UTF-8 bytes, then mixed, so that names that differ in one letter have unrelated seeds. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** Whose numbers are wanted: a name or a number that the learner types, and what the teacher's file says about it. */
export interface Learner {
  name: string;
  classSeed: number;
  /** Seeds that the teacher has given to names. Such a seed takes the place of the name. */
  students: Readonly<Record<string, number>>;
}

/** A learner of the class that a teacher's file describes. */
export function learnerOf(name: string, { exerciseSeed, students }: Points): Learner {
  return { name, classSeed: exerciseSeed, students };
}

export function seedOf(exercise: string, { name, classSeed, students }: Learner): number {
  const normal = normalName(name);
  const own = Object.entries(students).find(([student]) => normalName(student) === normal)?.[1];
  return hash(`${classSeed}/${own === undefined ? normal : `#${own}`}/${exercise}`);
}
