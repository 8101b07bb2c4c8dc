/** Writes the hand-out of the assignment and the reference solution, and grades both. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gradeSubmission, writeLab } from "typefish/lab";

const work = mkdtempSync(join(tmpdir(), "lab-"));
for (const solution of [false, true]) {
  const folder = join(work, solution ? "reference" : "handout");
  writeLab({ folder, solution });
  const { earned, total, scenarios } = await gradeSubmission(folder, { scenarios: ["G01", "G14"] });
  const why = scenarios.find(({ ok }) => !ok)?.explanation?.title ?? "everything works";
  console.log(`${solution ? "reference" : "hand-out"}: ${earned} of ${total} points, ${why}`);
}
rmSync(work, { recursive: true });
