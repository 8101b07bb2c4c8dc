import { expect, it } from "vitest";
import {
  formatBytes,
  formatDuration,
  parseBytes,
  parseCount,
  parseMilliseconds,
} from "../../../observe/text/quantities";

it.each([
  ["64M", 64 << 20],
  ["64MiB", 64 << 20],
  ["1g", 1024 ** 3],
  ["65536K", 64 << 20],
  ["67108864", 64 << 20],
])("%s is %d bytes", (text, bytes) => expect(parseBytes(text)).toBe(bytes));

it.each(["", "M", "-64M", "64T", "6 4M", "1e6", "0x10"])("'%s' is not a size", (text) =>
  expect(parseBytes(text)).toBeNull(),
);

it.each([
  ["30", 30_000],
  ["1.5s", 1500],
  ["500ms", 500],
  ["2m", 120_000],
])("%s is %d milliseconds", (text, milliseconds) => expect(parseMilliseconds(text)).toBe(milliseconds));

it.each(["", "s", "-1s", "1h", "NaN"])("'%s' is not a time", (text) => expect(parseMilliseconds(text)).toBeNull());

it("counts may be decimal or hexadecimal", () => {
  expect([parseCount("0"), parseCount("0x10"), parseCount("1_000"), parseCount("-1")]).toEqual([0, 16, null, null]);
});

it("sizes are exact if four digits are enough", () => {
  expect([0, 512, 4096, 1024 ** 3, 3 << 19, 1071255552].map(formatBytes)).toEqual([
    "0 B",
    "512 B",
    "4 KiB",
    "1 GiB",
    "1536 KiB",
    "1021.6 MiB",
  ]);
});

it("durations have at most three significant digits", () => {
  expect([12.3, 999, 1234, 65_432].map(formatDuration)).toEqual(["12 ms", "999 ms", "1.23 s", "65.4 s"]);
});
