/** Delta debugging: finds a short list that still fails. */

/**
 * Leaves out parts, first large and then smaller ones, as long as the rest still fails. In the result, no single item
 * can be left out.
 */
export function minimise<T>(items: readonly T[], fails: (items: readonly T[]) => boolean): T[] {
  let left = [...items];
  for (let part = Math.ceil(left.length / 2); part >= 1; ) {
    let shrunk = false;
    for (let start = 0; start < left.length; ) {
      const without = [...left.slice(0, start), ...left.slice(start + part)];
      if (fails(without)) {
        left = without;
        shrunk = true;
      } else {
        start += part;
      }
    }
    if (part === 1 && !shrunk) break;
    if (part > 1) part = Math.ceil(part / 2);
  }
  return left;
}
