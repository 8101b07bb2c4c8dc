/** Finds the functions that a source declares, to name the function that a line belongs to. */

/** A function or method of a source. */
export interface SourceFunction {
  file: string;
  name: string;
  /** First and last line, counted from 1. */
  from: number;
  to: number;
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
  statements: Node[];
  lineAt(position: number): number;
}

export function functionsIn(source: Source): SourceFunction[] {
  const found: SourceFunction[] = [];
  const visit = (nodes: readonly Node[]) => {
    for (const { range, name, body, signature, members } of nodes) {
      if (members) visit(members);
      if (!signature || !body || !range || !name?.text) continue;
      const [from, to] = [source.lineAt(range.start), source.lineAt(range.end)];
      found.push({ file: source.normalizedPath, name: name.text, from, to });
    }
  };
  visit(source.statements);
  return found;
}
