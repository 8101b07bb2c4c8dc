/** Exit codes of the command. */
export const enum ExitCode {
  OK = 0,
  /** A scenario failed, the run ended badly, or a trace differed. */
  FAILED = 1,
  /** The command line, or a file that it names, is not valid. */
  USAGE = 2,
}
