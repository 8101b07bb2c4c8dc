/** Numbers and errors as the grader's sentences show them. */
import type { Span } from "./pages";
import type { ErrorNames } from "./subject";

export const hex = (value: number): string => `0x${value.toString(16).padStart(8, "0")}`;
export const kib = (bytes: number): string => (bytes % 1024 === 0 ? `${bytes / 1024} KiB` : `${bytes} bytes`);
export const range = ({ base, bytes }: Span): string => `${hex(base)} to ${hex(base + bytes - 1)}`;
export const answer = (names: ErrorNames): string => (names.length === 0 ? "success" : names.join(" < "));

const ENDINGS = ["th", "st", "nd", "rd"];

export function ordinal(n: number): string {
  const isTeen = n % 100 > 10 && n % 100 < 14;
  return `${n}${(isTeen ? undefined : ENDINGS[n % 10]) ?? "th"}`;
}
