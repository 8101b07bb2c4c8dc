/** Colours the board's console on a terminal. */
import type { Colors } from "./colors";

/** Matches `init.0.0: text`: name, core, thread (`-` without a thread). */
const DEBUG_PREFIX = /^([A-Za-z][\w-]{0,15})\.(\d+)\.(\d+|-): /;
/** Matches a scenario's line, in which the verdict has its own column. */
const VERDICT = /^(\w+ +.+? +)(ok|FAILED)( {2,}.*)?$/;

/** Colours one line of console output as the original did. Kernel lines are dim. */
export function colorLine(line: string, colors: Colors): string {
  if (/^kernel\b/.test(line)) return colors.dim(line);
  if (/^(ERROR|Failure|Aborted)\b/.test(line)) return colors.red(line);
  const prefix = DEBUG_PREFIX.exec(line);
  if (!prefix) return line;
  const [whole, name, core, thread] = prefix as unknown as [string, string, string, string];
  return `${colors.blue(name)}.${colors.red(`${core}.${thread}`)}: ${colorVerdict(line.slice(whole.length), colors)}`;
}

function colorVerdict(text: string, colors: Colors): string {
  const match = VERDICT.exec(text);
  if (!match) return text;
  const [, before, verdict, after = ""] = match as unknown as [string, string, string, string?];
  return `${before}${verdict === "ok" ? colors.green(verdict) : colors.red(verdict)}${after}`;
}
