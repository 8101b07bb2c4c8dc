/** `npm run explore`: explores as many states of the tiny system as time permits. */
import { availableParallelism } from "node:os";
import { ProgressLine } from "../../../observe/text/progress";
import { counted, formatCount } from "../../../observe/text/quantities";
import { type Exploration, explore } from "./explore";
import { createSpace, ThreadExpander } from "./threads";
import { SET_UP } from "./tiny-system";

export interface ExploreCommandOptions {
  depth: number;
  states: number;
  threads?: number;
  json?: boolean;
  images?: string;
  bearBeginning?: boolean;
  wide?: boolean;
}

/** Explores, and returns whether all is well. An interrupt ends the exploration; the results so far are reported. */
export async function exploreCommand(options: ExploreCommandOptions): Promise<boolean> {
  const { depth, states, json = false, images, bearBeginning, wide } = options;
  const spaceOptions = { images, bearBeginning, wide };
  const start = performance.now();
  const space = await createSpace(spaceOptions);
  const threads = options.threads ?? availableParallelism();
  const others = threads > 1 ? Array.from({ length: threads }, () => new ThreadExpander(spaceOptions)) : [];
  let isEnough = false;
  process.once("SIGINT", () => {
    isEnough = true;
  });
  const line = new ProgressLine("exploring");
  const progress = (p: { depth: number; level: number; tried: number; states: number }): void =>
    line.show(
      `depth ${p.depth}, ${formatCount(p.tried)} of ${formatCount(p.level)} states tried, ${formatCount(p.states)} found`,
    );
  try {
    const violation = space.violationAtStart();
    const nothing: Exploration = { states: 1, transitions: 0, depth: 0, levels: [1], exhausted: false, violation };
    const expanders = others.length > 0 ? others : [space];
    const result =
      violation !== null
        ? nothing
        : await explore({ firstKey: space.firstKey, expanders, depth, states, isEnough: () => isEnough, progress });
    space.checkRest();
    line.clear();
    const seconds = (performance.now() - start) / 1000;
    const script = result.violation ? space.scriptOf(result.violation.path) : [];
    const calls = space.alphabet.length;
    if (json) printJson(result, calls, seconds, script);
    else printText(result, calls, seconds, script);
    return result.violation === null;
  } finally {
    line.clear();
    await Promise.all(others.map((expander) => expander.end()));
  }
}

function printJson(
  { violation, ...result }: Exploration,
  calls: number,
  seconds: number,
  script: readonly string[],
): void {
  const rates = { seconds: Number(seconds.toFixed(1)), statesPerSecond: Math.round(result.states / seconds) };
  const found = violation && { depth: violation.path.length, what: violation.what, script };
  console.log(JSON.stringify({ ...result, calls, ...rates, violation: found, ok: !violation }, null, 2));
}

function printText(result: Exploration, calls: number, seconds: number, script: readonly string[]): void {
  const { states, transitions, depth, levels, exhausted, violation } = result;
  for (const [at, count] of levels.entries()) {
    console.log(`depth ${at}: ${counted(count, "state")}${at > depth && !exhausted ? ", incomplete" : ""}`);
  }
  const rate = formatCount(Math.round(states / seconds));
  console.log(
    `${counted(states, "state")}, ${counted(transitions, "transition")} with ${calls} calls, complete to depth ${depth}, ` +
      `in ${seconds.toFixed(1)} s, ${rate} states a second`,
  );
  if (exhausted) console.log("there are no further states");
  if (!violation) return;
  const depthText = violation.path.length === 0 ? "before the first call" : `at depth ${violation.path.length}`;
  console.log(`\na violation ${depthText}, after ${counted(SET_UP.length, "call")} of set-up:`);
  for (const sentence of violation.what) console.log(`  ${sentence}`);
  console.log("\nthe trace that shows it; `typefish replay` plays it:\n");
  for (const text of script) console.log(text);
}
