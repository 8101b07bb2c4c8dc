/** Reads the CPU driver's options, which are `name=number` words of its command line. */
import { LOG_DEBUG } from "../debug/log";
import { kernel } from "../kernel-state";

const DEFAULT_CONSOLE_PORT: u32 = 2;
const MAX_TIMESLICE: u32 = 20;
const BLANK: u32 = 0x20;

/** Does the text at `at` begin with `name=`? */
function hasName(at: usize, name: string): bool {
  for (let i = 0; i < name.length; i++) {
    if (load<u8>(at + i) != name.charCodeAt(i)) return false;
  }
  return load<u8>(at + name.length) == 0x3d;
}

function parseNumber(at: usize): u32 {
  let value: u32 = 0;
  for (let c: u32 = load<u8>(at); c >= 0x30 && c <= 0x39; c = load<u8>(++at)) value = value * 10 + (c - 0x30);
  return value;
}

/** Value of the option `name` in a command line; `otherwise` if it is missing. */
function option(line: usize, name: string, otherwise: u32): u32 {
  let at = line;
  while (load<u8>(at) != 0) {
    if (hasName(at, name)) return parseNumber(at + name.length + 1);
    while (load<u8>(at) != 0 && load<u8>(at) != BLANK) at++;
    while (load<u8>(at) == BLANK) at++;
  }
  return otherwise;
}

/**
 * Sets the log level (messages of that level and above are not printed), the console port and the time slice (1 to
 * 20 ms) from the command line.
 */
export function parseCommandLine(line: usize): void {
  kernel.logLevel = option(line, "loglevel", LOG_DEBUG);
  kernel.consolePort = option(line, "consolePort", DEFAULT_CONSOLE_PORT);
  kernel.timeslice = max(1, min(option(line, "timeslice", MAX_TIMESLICE), MAX_TIMESLICE));
}
