/** Finds the functions that a source declares, to name the function that a line belongs to. */

/** A function or method of a source. */
export interface SourceFunction {
  file: string;
  name: string;
  /** First and last line, counted from 0. */
  from: number;
  to: number;
  /** The lines of the file from `from` to `to`. */
  lines: string[];
}

/** Where `outer` calls `name`, in lines and columns counted from 0. Null unless it calls it in exactly one place. */
export function onlyCall(outer: SourceFunction, name: string): { line: number; column: number } | null {
  const call = new RegExp(`(?<![\\w$])${name.replace(/\$/g, "\\$")}(?:<[^()]*>)?\\(`, "g");
  const found = outer.lines.flatMap((text, index) =>
    [...text.matchAll(call)].map((match) => ({ line: outer.from + index, column: match.index })),
  );
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** The fields of the compiler's syntax tree that are used here. */
interface Node {
  range?: { start: number; end: number };
  name?: { text?: string };
  /** Functions and methods. */
  body?: Node | null;
  signature?: object;
  /** Classes and namespaces. */
  members?: Node[];
}

interface Source {
  normalizedPath: string;
  text: string;
  statements: Node[];
  lineAt(position: number): number;
}

export function functionsIn(source: Source): SourceFunction[] {
  const found: SourceFunction[] = [];
  const lines = source.text.split("\n");
  const visit = (nodes: readonly Node[]) => {
    for (const { range, name, body, signature, members } of nodes) {
      if (members) visit(members);
      if (!signature || !body || !range || !name?.text) continue;
      const [from, to] = [source.lineAt(range.start) - 1, source.lineAt(range.end) - 1];
      found.push({ file: source.normalizedPath, name: name.text, from, to, lines: lines.slice(from, to + 1) });
    }
  };
  visit(source.statements);
  return found;
}
