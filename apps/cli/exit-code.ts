/** What the shell sees. */
export const enum ExitCode {
  OK = 0,
  /** A scenario failed, the run ended badly, or a trace differed. */
  FAILED = 1,
  /** The command line, or a file that it names, makes no sense. */
  USAGE = 2,
}
