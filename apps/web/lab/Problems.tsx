/** What the compiler says. */
import { english } from "./english";
import { ownPath } from "./files";
import { built, messages } from "./lab";
import { PlaceLink } from "./PlaceLink";

export function Problems() {
  const answer = built.value?.answer;
  if (!answer || answer.problems.length === 0) return null;
  const { value: all } = messages;
  return (
    <section class="problems" aria-labelledby="problems">
      <h3 id="problems">{english.problems}</h3>
      <ul>
        {all.length === 0 && answer.problems.map((problem) => <li key={problem}>{problem}</li>)}
        {all.map(({ file, line, column, text }) => (
          <li key={`${file}:${line}:${column}:${text}`}>
            {file !== null && <PlaceLink file={ownPath(file) as string} line={line} />} {text}
          </li>
        ))}
      </ul>
    </section>
  );
}
