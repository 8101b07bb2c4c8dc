/** Says that a part of memory could not be read. */
import { english } from "../../english";

const SHOWN = 3;

export function Damage({ notes }: { notes: readonly string[] }) {
  if (notes.length === 0) return null;
  const rest = notes.length - SHOWN;
  return (
    <div class="damage" role="status">
      <strong>{english.damage.title}</strong>
      <ul>
        {notes.slice(0, SHOWN).map((note) => (
          <li key={note}>{note}</li>
        ))}
        {rest > 0 && <li>{english.damage.more(rest)}</li>}
      </ul>
    </div>
  );
}
