/** Tables and trees of plain text. */
import type { Colors } from "../colors";

export interface Column {
  title: string;
  align?: "left" | "right";
}

const GAP = "  ";

function cell(text: string, width: number, align: Column["align"]): string {
  return align === "right" ? text.padStart(width) : text.padEnd(width);
}

/**
 * Columns apart by blanks, without frames, so that other tools can cut a table as well as people read it. Cells hold
 * plain text; `paint` may colour a line when its width no longer matters.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  colors: Colors,
  paint: (line: string, row: number) => string = (line) => line,
): string {
  const widths = columns.map(({ title }, column) =>
    rows.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), title.length),
  );
  const line = (row: readonly string[]) =>
    row
      .map((text, column) => cell(text, widths[column] as number, columns[column]?.align))
      .join(GAP)
      .trimEnd();
  const head = colors.bold(line(columns.map(({ title }) => title)));
  return [head, ...rows.map((row, index) => paint(line(row), index))].join("\n");
}

export interface TreeNode {
  text: string;
  children: TreeNode[];
}

/** Lines drawn for each node, below its parent. */
export function tree(roots: readonly TreeNode[]): string {
  const lines: string[] = [];
  /** Nodes to draw, the next one last, with what stands before them and before their children. */
  const waiting = [...roots].reverse().map((node) => ({ node, lead: "", below: "" }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, lead, below } = next;
    lines.push(`${lead}${node.text}`);
    node.children
      .map((child, index) => {
        const isLast = index === node.children.length - 1;
        return { node: child, lead: `${below}${isLast ? "└─ " : "├─ "}`, below: `${below}${isLast ? "   " : "│  "}` };
      })
      .reverse()
      .forEach((child) => {
        waiting.push(child);
      });
  }
  return lines.join("\n");
}
