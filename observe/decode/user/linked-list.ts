/** Follows pointers in memory whose contents may be damaged. */

/** Longer than any list that a program here needs. */
const LONGEST_LIST = 1 << 21;

/**
 * Yields the addresses of a list's records, starting with `first`. 0 ends the list. Throws if the list does not end.
 */
export function* listFrom(first: number, nextOf: (record: number) => number): Generator<number> {
  let count = 0;
  for (let record = first; record !== 0; record = nextOf(record)) {
    if (++count > LONGEST_LIST) throw new Error(`the list that begins at 0x${first.toString(16)} does not end`);
    yield record;
  }
}
