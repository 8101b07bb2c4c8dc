/**
 * Decodes memory whose contents may be damaged.
 *
 * With a `Damage`, a decoder notes each record that it cannot read, as "node at 0x40000034: not mapped", and goes on
 * without it. Without one, it throws.
 */

/** Thrown by readers for an address without memory. The message is a short reason. */
export class Unreadable extends Error {}

/** Longer than any list that a program here needs. */
const LONGEST_LIST = 1 << 21;

const hex = (address: number): string => `0x${address.toString(16).padStart(8, "0")}`;

export class Damage {
  private readonly noted = new Set<string>();

  /** What could not be read, each once. */
  get notes(): string[] {
    return [...this.noted];
  }

  note(what: string, at: number, reason: string): void {
    this.noted.add(`${what} at ${hex(at)}: ${reason}`);
  }
}

/** Decodes the record at an address. If it cannot be read, notes that and returns null. */
export function readable<T>(damage: Damage | undefined, what: string, at: number, decode: () => T): T | null {
  if (!damage) return decode();
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    damage.note(what, at, error.message);
    return null;
  }
}

/**
 * Decodes the records of a list, starting with `first`. 0 ends the list. If a record cannot be read, or if the list leads
 * back to an earlier record, the list ends there.
 */
export function decodeList<T>(
  damage: Damage | undefined,
  what: string,
  first: number,
  nextOf: (record: number) => number,
  decode: (record: number) => T,
): T[] {
  const found: T[] = [];
  const seen = new Set<number>();
  for (let at = first; at !== 0; ) {
    if (seen.has(at) || seen.size === LONGEST_LIST) {
      const reason = seen.has(at) ? "the list leads back to it" : "the list is too long";
      if (!damage) throw new Error(`the list that begins at ${hex(first)} does not end: ${what} at ${hex(at)}`);
      damage.note(what, at, reason);
      break;
    }
    seen.add(at);
    const record = at;
    const read = readable(damage, what, record, () => ({ value: decode(record), next: nextOf(record) }));
    if (!read) break;
    found.push(read.value);
    at = read.next;
  }
  return found;
}
