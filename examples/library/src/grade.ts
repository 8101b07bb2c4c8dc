/** Writes the hand-out of the assignment and the reference solution into new folders, and grades both. */
import { gradeSubmission, writeLab } from "typefish/lab";

for (const [name, solution] of [
  ["hand-out", false],
  ["reference", true],
] as const) {
  writeLab({ folder: name, solution });
  const { earned, total, scenarios } = await gradeSubmission(name, { scenarios: ["G01", "G14"] });
  const why = scenarios.find(({ ok }) => !ok)?.explanation?.title ?? "everything works";
  console.log(`${name}: ${earned} of ${total} points, ${why}`);
}
