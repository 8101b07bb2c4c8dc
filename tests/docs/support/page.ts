/**
 * Reads docs/experiments.md: the code blocks of each experiment, and what a reader does with them.
 *
 *     ```ts     first line "// New file: PATH"; the block is the whole file
 *     ```diff   first line "--- PATH"; each hunk begins with "@@", and its lines with a space (context), "-" or "+"
 *     ```sh     commands for bash, in the checkout
 *     ```text   what the commands of the last sh block print; "..." stands for any text, and alone on a line for any lines
 */

interface Block {
  /** Number of the block's first line in the page. */
  line: number;
  lines: string[];
}

export interface NewFile extends Block {
  kind: "new file";
  path: string;
}

export interface Edit extends Block {
  kind: "edit";
  path: string;
}

export interface Commands extends Block {
  kind: "commands";
  /** Null if the page does not show it. */
  output: Block | null;
}

export interface Experiment {
  title: string;
  steps: (NewFile | Edit | Commands)[];
}

const FENCE = /^```(.*)$/;
const ELISION = "...";

export class Page {
  constructor(
    private readonly path: string,
    private readonly text: string,
  ) {}

  /** The sections whose heading begins with a number. */
  experiments(): Experiment[] {
    const experiments: Experiment[] = [];
    let current: Experiment | null = null;
    const lines = this.text.split("\n");
    for (let at = 0; at < lines.length; at++) {
      const line = lines[at] as string;
      const heading = /^## (.*)$/.exec(line)?.[1];
      if (heading !== undefined) {
        current = /^\d/.test(heading) ? { title: heading, steps: [] } : null;
        if (current) experiments.push(current);
      }
      const language = FENCE.exec(line)?.[1];
      if (language === undefined) continue;
      const end = lines.indexOf("```", at + 1);
      if (end < 0) throw new Error(this.at(at + 1, "the block has no end"));
      if (current) this.addBlock(current, language, { line: at + 2, lines: lines.slice(at + 1, end) });
      at = end;
    }
    return experiments;
  }

  /** A sentence about a line of the page. */
  at(line: number, problem: string): string {
    return `${this.path}:${line}: ${problem}`;
  }

  private addBlock({ steps }: Experiment, language: string, block: Block): void {
    const [first = ""] = block.lines;
    const last = steps.at(-1);
    if (language === "ts") {
      const path = /^\/\/ New file: (\S+)$/.exec(first)?.[1];
      if (!path) throw new Error(this.at(block.line, 'expected "// New file: PATH" as the first line of a ts block'));
      steps.push({ kind: "new file", path, ...block });
    } else if (language === "diff") {
      const path = /^--- (\S+)$/.exec(first)?.[1];
      if (!path) throw new Error(this.at(block.line, 'expected "--- PATH" as the first line of a diff block'));
      steps.push({ kind: "edit", path, ...block });
    } else if (language === "sh") {
      steps.push({ kind: "commands", output: null, ...block });
    } else if (language === "text" && last?.kind === "commands" && last.output === null) {
      last.output = block;
    } else {
      throw new Error(this.at(block.line, `does not expect a block of "${language}" here`));
    }
  }

  /** The text of a file after an edit. Throws a sentence that names the hunk if it does not apply, or not at one place. */
  edited({ path, line, lines }: Edit, text: string): string {
    let result = text.split("\n");
    let at = 1;
    while (at < lines.length) {
      const start = line + at;
      if (!lines[at]?.startsWith("@@")) throw new Error(this.at(start, 'expected "@@" before a hunk'));
      const from = at + 1;
      for (at = from; at < lines.length && !lines[at]?.startsWith("@@"); ) at++;
      const hunk = lines.slice(from, at);
      const wrong = hunk.findIndex((each) => !/^[ +-]/.test(each));
      if (wrong >= 0)
        throw new Error(this.at(line + from + wrong, 'expected " ", "+" or "-" at the start of the line'));
      const without = (sign: string) => hunk.filter((each) => !each.startsWith(sign)).map((each) => each.slice(1));
      result = this.replaced(result, without("+"), without("-"), start, path);
    }
    return result.join("\n");
  }

  private replaced(lines: string[], old: string[], fresh: string[], start: number, path: string): string[] {
    const isAt = (at: number) => old.every((line, index) => lines[at + index] === line);
    const places = lines.flatMap((_, at) => (isAt(at) ? [at] : []));
    const [place] = places;
    if (old.length === 0) throw new Error(this.at(start, "the hunk has neither context nor a line to remove"));
    if (place === undefined) {
      const missing = old.find((line) => !lines.includes(line));
      const reason =
        missing === undefined ? "its old lines do not follow each other there" : `there is no line "${missing.trim()}"`;
      throw new Error(this.at(start, `the hunk does not apply to ${path}: ${reason}`));
    }
    if (places.length > 1) {
      throw new Error(this.at(start, `the hunk fits ${path} at ${places.length} places: give it more context`));
    }
    return [...lines.slice(0, place), ...fresh, ...lines.slice(place + old.length)];
  }

  /** Null if the output is what the page shows, or a sentence about the first line that differs. */
  difference(shown: Block, output: string): string | null {
    const actual = output.trimEnd().split("\n");
    let at = 0;
    let maySkip = false;
    for (const [index, expected] of shown.lines.entries()) {
      if (expected.trim() === ELISION) {
        maySkip = true;
        continue;
      }
      const pattern = lineMatcher(expected);
      const from = at;
      while (maySkip && at < actual.length && !pattern.test(squeezed(actual[at] as string))) at++;
      if (at >= actual.length || !pattern.test(squeezed(actual[at] as string))) {
        const found = at < actual.length ? `found "${actual[at]}"` : `which is not below "${actual[from - 1] ?? ""}"`;
        return this.at(shown.line + index, `expected "${expected}", ${found} in the output:\n${output}`);
      }
      at++;
      maySkip = false;
    }
    if (maySkip || at === actual.length) return null;
    return this.at(shown.line + shown.lines.length, `does not show the output's "${actual[at]}"`);
  }
}

/** Columns may be wider or narrower than in the page. */
function squeezed(line: string): string {
  return line.trim().replace(/\s+/g, " ");
}

function lineMatcher(expected: string): RegExp {
  const parts = squeezed(expected).split(ELISION);
  return new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`);
}
