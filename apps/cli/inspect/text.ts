/** Formats tables, trees and lists as plain text. */
import { formatCount } from "../../../observe/text/quantities";
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
 * Separates columns with spaces and draws no frames, so that people can read the table and other tools can cut it.
 * Cells hold plain text. `paint` may colour a line after its width has been computed.
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

const SHORT_LIST = 10;

/** The first lines of a long list, with a line that counts the others. */
export function shortened(lines: readonly string[], all: boolean): string[] {
  const rest = lines.length - SHORT_LIST;
  if (all || rest <= 1) return [...lines];
  return [...lines.slice(0, SHORT_LIST), `and ${formatCount(rest)} more: --all shows them`];
}

export interface TreeNode {
  text: string;
  children: TreeNode[];
}

/** Draws a tree: the lines of each node, below its parent. */
export function tree(roots: readonly TreeNode[]): string {
  const lines: string[] = [];
  /** Nodes still to draw, the next one last, with the prefix of the node's lines and of its children's. */
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
