/**
 * Grades many submissions in parallel, each in a thread with a limit on time and memory. A submission that breaks its
 * thread gets a grade that says so, and harms no other.
 */
import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import { type Grade, gradeOfNothing } from "../grade/grade";
import type { Points } from "../grade/points";
import type { GradeTask, RecordTask } from "./worker";

/** Longest time for one submission: compile it and run every scenario. */
const SECONDS = 120;
const MEGABYTES = 1024;

export interface GradeAllRequest<S extends { name: string; folder: string }> {
  /** Path of the worker's script. */
  worker: string;
  submissions: readonly S[];
  points: Points;
  scenarios: readonly string[];
  /** Records the scenarios that fail; for one submission. */
  record?: RecordTask | undefined;
  /** Called with each grade, in the order in which they are ready. */
  onGrade(submission: S, grade: Grade): void;
}

export async function gradeAll<S extends { name: string; folder: string }>(request: GradeAllRequest<S>): Promise<void> {
  const { worker, submissions, points, scenarios, record, onGrade } = request;
  const threads = Math.max(Math.min(availableParallelism(), submissions.length), 1);
  const pool = new Piscina({
    filename: worker,
    minThreads: 1,
    maxThreads: threads,
    resourceLimits: { maxOldGenerationSizeMb: MEGABYTES },
  });
  const open = submissions.values();
  // Each runner has one submission in progress, so the time limit starts when a thread is free for it.
  const runner = async () => {
    for (const submission of open) {
      const { name, folder } = submission;
      onGrade(submission, await gradeOne(pool, { name, folder, points, scenarios, record }));
    }
  };
  try {
    await Promise.all(Array.from({ length: threads }, runner));
  } finally {
    await pool.destroy();
  }
}

async function gradeOne(pool: Piscina, task: GradeTask): Promise<Grade> {
  try {
    return (await pool.run(task, { name: "gradeFolder", signal: AbortSignal.timeout(SECONDS * 1000) })) as Grade;
  } catch (error) {
    const isLate = error instanceof Error && error.name === "AbortError";
    const reason = isLate
      ? `Compiling and running it took more than ${SECONDS} s.`
      : `The grader could not finish: ${error instanceof Error ? error.message : error}.`;
    return gradeOfNothing(task.name, [reason], task.points);
  }
}
