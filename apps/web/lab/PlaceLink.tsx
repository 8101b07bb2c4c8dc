/** A link to a line of the learner's files. */
import { files, goTo } from "./files";

export function PlaceLink({ file, line, name }: { file: string; line: number; name?: string }) {
  const text = `${name ? `${name} ` : ""}${file}:${line}`;
  if (!files.value.has(file)) return <span class="mono">{text}</span>;
  return (
    <button type="button" class="link mono" onClick={() => goTo(file, line)}>
      {text}
    </button>
  );
}
