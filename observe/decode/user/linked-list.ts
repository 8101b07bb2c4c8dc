/** Following pointers in memory that may be anything. */

/** Longer than any list that a program here has reason to keep. */
const LONGEST_LIST = 1 << 21;

/** The addresses of the records of a list, from `first` on; 0 ends it. Throws if it does not end. */
export function* listFrom(first: number, nextOf: (record: number) => number): Generator<number> {
  let count = 0;
  for (let record = first; record !== 0; record = nextOf(record)) {
    if (++count > LONGEST_LIST) throw new Error(`the list that begins at 0x${first.toString(16)} does not end`);
    yield record;
  }
}
