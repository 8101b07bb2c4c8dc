/** Tables and trees of plain text. */
import Table from "cli-table3";
import type { Colors } from "../colors";

const NOTHING = "";
/** No frames: columns apart by blanks, so that a table can be read, and cut by other tools. */
const CHARS = {
  top: NOTHING,
  "top-mid": NOTHING,
  "top-left": NOTHING,
  "top-right": NOTHING,
  bottom: NOTHING,
  "bottom-mid": NOTHING,
  "bottom-left": NOTHING,
  "bottom-right": NOTHING,
  left: NOTHING,
  "left-mid": NOTHING,
  mid: NOTHING,
  "mid-mid": NOTHING,
  right: NOTHING,
  "right-mid": NOTHING,
  middle: "  ",
};

export interface Column {
  title: string;
  align?: "left" | "right";
}

export function table(columns: readonly Column[], rows: readonly (readonly string[])[], colors: Colors): string {
  const grid = new Table({
    chars: CHARS,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    colAligns: columns.map(({ align = "left" }) => align),
  });
  grid.push(
    columns.map(({ title }) => colors.bold(title)),
    ...rows.map((row) => [...row]),
  );
  const lines = grid.toString().split("\n");
  return lines.map((line) => line.trimEnd()).join("\n");
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
