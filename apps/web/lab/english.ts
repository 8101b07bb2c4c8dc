/** All texts of the lab's page. A text with figures is a function. */
import type { RunResult } from "../../../machines/results";
import { counted } from "../../../observe/text/quantities";

/** How a run of init ended: a sentence. */
function ending(result: RunResult): string {
  switch (result.kind) {
    case "exit":
      return `init ended with status ${result.status}.`;
    case "idle":
      return "init waits for messages: your manager has started, and your tests have returned.";
    default:
      return "message" in result ? `${result.message[0]?.toUpperCase()}${result.message.slice(1)}.` : "The run ended.";
  }
}

export const english = {
  yours: "your files",
  lab: "Lab",
  inspector: "Inspector",
  toInspector: "The inspector: see every moment of a run",
  files: "Files",
  panels: "What to see beside the files",
  results: "Results",
  tools: "Files and settings",
  editor: (path: string) => `Text of ${path}`,
  grade: "Grade",
  stop: "Stop",
  export: "Save the files as a zip",
  import: "Open a zip with your files",
  reset: "Reset this file",
  missingFile: (name: string) =>
    `The file ${name} cannot be loaded. Serve the whole folder dist/web, and reload the page.`,
  runs: {
    title: "Run",
    what: "Run",
    run: "Run",
    runOne: (id: string) => `Run ${id} alone`,
    initChoice: "init, with your tests in init/tests.ts",
    allChoice: "every graded scenario",
    hint: "init boots, starts your manager and calls your tests in init/tests.ts. Or run graded scenarios: G14, G1* or G14,G20.",
    output: "What the program prints",
    moreOutput: "... The program prints more, which is not shown.",
    initRuns: "init runs.",
    scenarioRuns: (id: string) => `${id} runs.`,
    scenarioHead: (id: string, title: string) => `-- ${id}: ${title}`,
    noScenario: (part: string) =>
      `No scenario matches '${part}': type init, an id such as G14, or a pattern such as G1*.`,
    initTitle: "init with your files",
    initEnded: (result: RunResult, calls: number) => `${ending(result)} It made ${counted(calls, "system call")}.`,
    theEnd: "The end of the run",
    inspect: "Open in the inspector",
    where: "Where expectation and reality part",
    noteTitle: (id: string, title: string) => `${id}: ${title}`,
    noteText: (asked: string, happened: string) => `Asked: ${asked} Happened: ${happened}`,
    noteCall: (call: string) => `Call: ${call}.`,
    seePlace: (file: string, line: number) => `See ${file}:${line}.`,
    notKept: "The browser keeps no data for this page, so the inspector cannot open the recording.",
  },
  status: {
    loading: "The compiler is being loaded.",
    changed: "Not compiled yet.",
    compiles: "Your files compile.",
    broken: (count: number) => `${counted(count, "problem")}.`,
  },
  /** What the worker does at each request. */
  working: {
    build: "Your files are being compiled.",
    grade: "Your files are being compiled.",
    run: "Your files are being compiled.",
    record: "The run is being recorded.",
  },
  scenario: (done: number, of: number) => `Scenario ${done} of ${of}`,
  stopped: "Stopped.",
  notBuilt: "The files were not compiled.",
  tooLong: (seconds: number) => `Compiling and running it took more than ${seconds} s.`,
  workerFailed: (reason: string) => `The compiler could not be loaded: ${reason}. Reload the page.`,
  about: [
    "Fill in the files, then choose Grade. The page compiles your files and runs every scenario, as npx typefish grade does.",
    "Your files are kept in this browser, on this computer, and nowhere else. Nothing is sent anywhere. Save a zip to keep a copy.",
  ],
  problems: "Problems",
  points: (earned: number, total: number) => `${earned} of ${total} points`,
  older: "The files have changed since.",
  step: (good: number, of: number) => `${good} of ${of}`,
  passed: "ok",
  failed: "failed",
  extra: "extra",
  hidden: "(hidden)",
  call: "Call",
  at: "at",
  see: "see",
  program: (fingerprint: string) => `Program ${fingerprint.slice(0, 16)}`,
  programTitle: (fingerprint: string) => `SHA-256 of the program: ${fingerprint}`,
  resetTitle: (path: string) => `Reset ${path}?`,
  resetText:
    "Below is what you lose: your lines and those of the hand-out that come back. Undo does not bring them back.",
  resetNothing: "The file is the hand-out's.",
  resetYes: "Reset the file",
  cancel: "Cancel",
  imported: (count: number) => `${counted(count, "file")} opened.`,
  importFailed: (name: string, reason: string) => `${name}: ${reason} The files have not changed.`,
  notStored: "The browser does not store your files. They are lost when you close the page: save a zip.",
  conflict: "Another tab has changed the same files. Which should stay?",
  keepMine: "Those of this tab",
  takeTheirs: "Those of the other tab",
  language: {
    typescript: "TypeScript",
    compiler: "compiler",
    definition: "Go to the definition (F12)",
    loading: "TypeScript is being loaded: it marks errors and shows documentation while you type.",
    missing: "TypeScript could not be loaded. The compiler still reports errors. Reload the page to try again.",
  },
  fileTabs: {
    tools: "Files and definitions",
    add: "New file",
    rename: "Rename this file",
    delete: "Delete this file",
    close: (path: string) => `Close ${path}`,
    definition: "Go to the definition of the name at the cursor",
    back: "Back to where you were",
    forward: "Forward again",
  },
  fileDialogs: {
    newTitle: "New file",
    newYes: "Make the file",
    renameTitle: (path: string) => `Rename ${path}`,
    renameYes: "Rename the file",
    deleteTitle: (path: string) => `Delete ${path}?`,
    deleteText: "Its text is lost. Undo does not bring it back.",
    deleteYes: "Delete the file",
    name: "Path",
    where: "Your own files go into libmm/ or libaos/mapping/, such as libmm/free-list.ts.",
    badName: 'A path consists of names with letters, digits, "-", "_" and ".", separated by "/", and ends with .ts.',
    notAllowed: (path: string) => `${path} is not taken by the grader. Choose a path in libmm/ or libaos/mapping/.`,
    exists: (path: string) => `There is a file at ${path} already. Choose another path.`,
    tooMany: (most: number) => `There are ${most} files, which is the limit.`,
  },
};
