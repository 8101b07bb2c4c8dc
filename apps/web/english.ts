/** All texts of the page. A text with figures is a function. */

/** `1 call`, `2 calls`, `1,234 calls`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

export const english = {
  title: "Typefish inspector",
  atCall: (call: number, last: number) => `after call ${call.toLocaleString("en")} of ${last.toLocaleString("en")}`,

  overview: {
    title: "Overview",
    about: "What the CPU driver counts.",
    counts: (capabilities: number, mappings: number) =>
      `${counted(capabilities, "capability", "capabilities")}, ${counted(mappings, "mapping")}.`,
  },
};
