/** Patterns of graded scenarios: ids such as `G14`, with the wildcards `*` and `?`, separated by commas. */

/** A part of a pattern that selects no scenario. */
export class PatternError extends Error {
  constructor(readonly part: string) {
    super(`no scenario matches '${part}'`);
  }
}

/** The ids that a pattern selects, in their order. Throws a PatternError. */
export function selectIds(pattern: string, ids: readonly string[]): string[] {
  const tests = pattern.split(",").map((text) => {
    const part = text.trim();
    const escaped = part.replace(/[.+^${}()|[\]\\]/g, "\\$&");
    const test = new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "i");
    if (!ids.some((id) => test.test(id))) throw new PatternError(part);
    return test;
  });
  return ids.filter((id) => tests.some((test) => test.test(id)));
}
