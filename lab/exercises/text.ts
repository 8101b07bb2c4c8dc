/** Texts of exercises as Markdown. */
import type { Passage } from "./exercise";

const WIDTH = 120;

function wrapped(text: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}

/** Paragraphs, and drawings in fences. */
export function markdownOf(passages: readonly Passage[]): string {
  return passages
    .map((passage) => (typeof passage === "string" ? wrapped(passage) : `\`\`\`text\n${passage.drawing}\n\`\`\``))
    .join("\n\n");
}
