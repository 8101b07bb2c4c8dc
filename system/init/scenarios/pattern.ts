/**
 * Matches names with wildcards, as in a shell. `*` stands for any text and `?` for any character. Upper and lower case
 * are the same. Commas separate alternatives.
 */

const COMMA: u32 = 0x2c;
const STAR: u32 = 0x2a;
const QUESTION: u32 = 0x3f;

function lower(c: u32): u32 {
  return c >= 0x41 && c <= 0x5a ? c + 0x20 : c;
}

/** Does the pattern in [from, to) match all of `text`? After a mismatch the latest `*` takes one more character. */
function matchesOne(from: usize, to: usize, text: string): bool {
  let p = from;
  let t = 0;
  let star: usize = 0;
  let starText = 0;
  while (t < text.length) {
    const c = p < to ? lower(load<u8>(p)) : 0;
    if (c == STAR) {
      star = ++p;
      starText = t;
    } else if (c == QUESTION || (c != 0 && c == lower(text.charCodeAt(t)))) {
      p++;
      t++;
    } else if (star != 0) {
      p = star;
      t = ++starText;
    } else return false;
  }
  while (p < to && load<u8>(p) == STAR) p++;
  return p == to;
}

/** Does any alternative of the zero-terminated `pattern` match `text`? */
export function patternMatches(pattern: usize, text: string): bool {
  let from = pattern;
  let to = from;
  do {
    from = to;
    while (load<u8>(to) != 0 && load<u8>(to) != COMMA) to++;
    if (matchesOne(from, to, text)) return true;
  } while (load<u8>(to++) != 0);
  return false;
}
