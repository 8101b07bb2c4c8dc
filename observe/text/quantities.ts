/** Reads and writes numbers with units. */

const UNIT_BYTES: Record<string, number> = { "": 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };
const UNIT_MILLISECONDS: Record<string, number> = { "": 1000, ms: 1, s: 1000, m: 60_000 };

/** Reads "64M", "1G", "65536K" or "16777216" as bytes. Returns null for any other text. */
export function parseBytes(text: string): number | null {
  const match = /^(\d{1,15})\s*([KMG]?)(?:i?B)?$/i.exec(text.trim());
  if (!match) return null;
  return Number(match[1]) * (UNIT_BYTES[(match[2] as string).toUpperCase()] as number);
}

/** Reads "30", "30s", "500ms" or "2m" as milliseconds. Returns null for any other text. */
export function parseMilliseconds(text: string): number | null {
  const match = /^(\d{1,9}(?:\.\d{1,6})?)\s*(ms|s|m|)$/.exec(text.trim());
  if (!match) return null;
  return Number(match[1]) * (UNIT_MILLISECONDS[match[2] as string] as number);
}

/** Reads a number that is not negative, decimal or 0x hexadecimal. Returns null for any other text. */
export function parseCount(text: string): number | null {
  if (!/^(\d{1,15}|0x[0-9a-f]{1,13})$/i.test(text.trim())) return null;
  return Number(text);
}

export function formatCount(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** A number with its noun: "1 slot", "2 slots"; with an irregular plural "1 entry", "2 entries". */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

const UNITS: readonly [unit: string, size: number][] = [
  ["GiB", 1024 ** 3],
  ["MiB", 1024 ** 2],
  ["KiB", 1024],
  ["B", 1],
];
const MOST_DIGITS = 9999;

/** A number of bytes with its unit: exact if four digits suffice, otherwise with one decimal. */
export function formatBytes(bytes: number): string {
  const exact = UNITS.find(([, size]) => bytes % size === 0 && bytes / size <= MOST_DIGITS && bytes >= size);
  if (exact) return `${bytes / exact[1]} ${exact[0]}`;
  const [unit, size] = UNITS.find(([, unitSize]) => bytes >= unitSize) ?? ["B", 1];
  return size === 1 ? `${bytes} B` : `${(bytes / size).toFixed(1)} ${unit}`;
}

export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1)} s`;
}

export function formatAddress(address: number): string {
  return `0x${address.toString(16).padStart(8, "0")}`;
}
