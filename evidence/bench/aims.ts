/**
 * The aims of this project, and whether the measurements reach them. An aim is a ratio of two figures of one run, a share
 * of the memory, or an exact number of instructions or bytes: the times of one machine say nothing about another.
 */
import { formatCount } from "../../observe/text/quantities";
import type { GrowthRow } from "./growth";
import type { Measurements } from "./program";
import { DEFAULT_POLICY, type RaceResult } from "./race";

export interface Aim {
  aim: string;
  measured: string;
  met: boolean;
}

type Value = number | null;

function formatNumber(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function formatPercent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** No aim if one of the two was not measured. */
function ratioAim(aim: string, a: Value, b: Value, limit: number): Aim[] {
  if (a === null || b === null) return [];
  return [{ aim: `${aim}: at most ${limit} times`, measured: `${formatNumber(a / b)} times`, met: a / b <= limit }];
}

interface Limit {
  most: number;
  unit: string;
  format(value: number): string;
}

/** The limit holds for each of the values; the smallest and the largest are shown. */
function limitAim(what: string, values: readonly number[], { most, unit, format }: Limit): Aim[] {
  if (values.length === 0) return [];
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const range = values.length === 1 ? format(greatest) : `${format(least)} to ${format(greatest)}`;
  const aim = `${what}: at most ${most.toLocaleString("en-US")} ${unit}`;
  return [{ aim, measured: `${range} ${unit}`, met: greatest <= most }];
}

function inNullCalls(most: number): Limit {
  return { most, unit: "null calls", format: formatNumber };
}

/** A retype, a delete or a pair of library calls may take this many null calls. */
const NULL_CALLS = 36;
const FEW_PAGES = 100;
const MANY_PAGES = 100_000;
const FLAT = 3;
/** The same for any page, whose slots are in no cache. */
const FLAT_ANY = 1.5;
/** Descendants of the largest revoke, and null calls that each of them may take. */
const DESCENDANTS = 65_536;
const REVOKE_NULL_CALLS = 4;
const TLB_HIT = 6;

/** The aims for the system as a whole. An aim is left out if a figure that it needs was not measured. */
export function systemAims(measurements: Measurements): Aim[] {
  const { figure } = measurements;
  const nullCall = figure("null");
  const mmPair = (size: number) => figure("mm-pair", size);
  const anyPage = (size: number) => figure("retype-delete", size);
  const neighbours = (size: number): Value => {
    const [retype, remove] = [figure("retype-row-ram", size), figure("delete-row-ram", size)];
    return retype === null || remove === null ? null : retype + remove;
  };
  const atEachSize = (what: string, name: string, time: (size: number) => Value): Aim[] => {
    const times = measurements.sizes(name).map(time);
    const values = times.flatMap((value) => (value === null || nullCall === null ? [] : [value / nullCall]));
    return limitAim(`${what}, at each size`, values, inNullCalls(NULL_CALLS));
  };
  const flat = (what: string, time: (size: number) => Value, size: number, limit = FLAT): Aim[] => {
    const aim = `${what}, ${formatCount(size)} live pages against ${FEW_PAGES}`;
    return ratioAim(aim, time(size), time(FEW_PAGES), limit);
  };
  const revoke = figure("revoke-descendants", DESCENDANTS);
  const revokeEach = revoke === null || nullCall === null ? [] : [revoke / DESCENDANTS / nullCall];
  const largest = Math.max(0, ...measurements.sizes("retype-delete"));
  return [
    ...flat("mm_alloc + mm_free", mmPair, MANY_PAGES),
    ...flat("retype + delete of neighbouring pages", neighbours, largest),
    ...flat("retype + delete of any page", anyPage, largest, FLAT_ANY),
    ...atEachSize("mm_alloc + mm_free", "mm-pair", mmPair),
    ...atEachSize("retype + delete of neighbouring pages", "retype-row-ram", neighbours),
    ...atEachSize("retype + delete of any page", "retype-delete", anyPage),
    ...limitAim(`revoke of ${formatCount(DESCENDANTS)} descendants, each`, revokeEach, inNullCalls(REVOKE_NULL_CALLS)),
    ...ratioAim("a load that hits the TLB against a raw load", figure("load"), figure("raw-load"), TLB_HIT),
  ];
}

/** The least share of the memory that is in use when the default policy fails for the first time. */
const LEAST_USE: Record<string, number> = { mix: 0.95, ranges: 0.987 };
/** Null calls that a pair may take, by live pieces. A native prototype of the policy is the model. */
const PAIR_LIMITS: readonly [live: number, nullCalls: number][] = [
  [10_000, 2.8],
  [1_000_000, 20],
];
/** How much longer a pair took in the prototype beside a million live pieces than beside ten thousand. */
const PAIR_GROWTH = 7.2;

/** Most bytes of the records for a live piece. */
const RECORD_BYTES: Record<string, number> = { mix: 36 };
/** How much longer WebAssembly may take than the same source as machine code. */
const ENGINE = 1.3;

/** The aims for the time of the host's engine: it takes the same steps as the native code. */
function engineAims(results: readonly RaceResult[]): Aim[] {
  return results
    .filter(({ isNative }) => isNative)
    .flatMap(({ trace, policy, mean }) => {
      const hosted = results.find((result) => !result.isNative && result.trace === trace && result.policy === policy);
      const aim = `default policy, ${trace}, hosted against the same source as native code`;
      return ratioAim(aim, hosted?.mean ?? null, mean, ENGINE);
    });
}

/** The aims for the default policy. `nullCall` is the time of a null call in the same run. */
export function raceAims(results: readonly RaceResult[], growth: readonly GrowthRow[], nullCall: Value): Aim[] {
  const hosted = results.filter(({ policy, isNative }) => policy === DEFAULT_POLICY && !isNative);
  const use = hosted.flatMap(({ trace, utilization }): Aim[] => {
    const least = LEAST_USE[trace];
    if (least === undefined) return [];
    const aim = `default policy, ${trace}: at least ${formatPercent(least)} of the memory in use at the first failure`;
    return [{ aim, measured: formatPercent(utilization ?? 1), met: (utilization ?? 1) >= least }];
  });
  const records = hosted.flatMap(({ trace, metadataPerLive }): Aim[] => {
    const most = RECORD_BYTES[trace];
    if (most === undefined) return [];
    const limit: Limit = { most, unit: "bytes", format: (bytes) => bytes.toFixed(1) };
    return limitAim(`default policy, ${trace}, records of a live piece`, [metadataPerLive], limit);
  });
  const pairs = growth.find(({ policy, isNative }) => policy === DEFAULT_POLICY && !isNative)?.pairs ?? [];
  const pair = (live: number): Value => pairs.find((candidate) => candidate.live === live)?.nanoseconds ?? null;
  const limited = PAIR_LIMITS.flatMap(([live, limit]) => {
    const time = pair(live);
    const what = `default policy, a pair beside ${formatCount(live)} live pieces`;
    return time === null || nullCall === null ? [] : limitAim(what, [time / nullCall], inNullCalls(limit));
  });
  const [few, many] = PAIR_LIMITS.map(([live]) => live) as [number, number];
  const flat = `default policy, a pair, ${formatCount(many)} live pieces against ${formatCount(few)}`;
  const grown = ratioAim(flat, pair(many), pair(few), PAIR_GROWTH);
  return [...use, ...records, ...grown, ...limited, ...engineAims(results)];
}

const NATIVE_INSTRUCTIONS = 3000;
const TEXT_BYTES = 64 * 1024;

/** Instructions by operation of the library, in each size; bytes of text by program. */
export interface NativeFigures {
  instructions: Record<string, readonly number[]>;
  textBytes: Record<string, number>;
}

/** The aims for the native machine, in exact numbers. */
export function nativeAims({ instructions, textBytes }: NativeFigures): Aim[] {
  const few: Limit = { most: NATIVE_INSTRUCTIONS, unit: "instructions", format: formatCount };
  const small: Limit = { most: TEXT_BYTES, unit: "bytes", format: formatCount };
  return [
    ...Object.entries(instructions).flatMap(([name, values]) =>
      limitAim(`median of ${name}, at each size`, values, few),
    ),
    ...Object.entries(textBytes).flatMap(([program, bytes]) => limitAim(`text of ${program}`, [bytes], small)),
  ];
}
