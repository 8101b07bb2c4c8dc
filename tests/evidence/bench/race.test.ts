/** The race of the policies: its times, and its results about memory. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { type AllocationTrace, makeTrace, type Operation } from "../../../evidence/bench/allocation-trace";
import { type Entrant, entrantsOf, Racer, race, raceEntrants } from "../../../evidence/bench/race";
import { HostedCode, NativeCode, type RaceCode } from "../../../evidence/bench/race-code";
import { RaceTimes } from "../../../evidence/bench/race-times";
import { POLICIES } from "../../../system/libmm/layout/mm-policies";

/** Missing if clang is not installed. */
const native = NativeCode.load();

const MILLISECONDS = 1e-6;

/** Replaces the host's clock. A reading takes some time, and so does each operation. */
function withClock(nanosecondsOfReading: number) {
  let time = 0;
  vi.spyOn(performance, "now").mockImplementation(() => {
    time += nanosecondsOfReading * MILLISECONDS;
    return time;
  });
  return (nanoseconds: readonly number[]) =>
    (from: number, to: number): void => {
      for (const each of nanoseconds.slice(from, to)) time += each * MILLISECONDS;
    };
}

describe("the times of a race", () => {
  afterEach(() => vi.restoreAllMocks());

  const all = { from: 0, to: 4 };

  it("are the times of single operations, without the clock", () => {
    const run = withClock(80)([10, 20, 3000, 40]);
    const times = new RaceTimes(4);
    times.runEach(run, all);
    const { minimum, median, maximum, samples } = times.each(all);
    expect([minimum, median, maximum].map(Math.round)).toEqual([10, 40, 3000]);
    expect(samples).toBe(4);
  });

  it("are the least time of each operation", () => {
    const taking = withClock(80);
    const times = new RaceTimes(4);
    for (const took of [
      [10, 20, 30, 9999],
      [9999, 20, 31, 40],
    ]) {
      times.runEach(taking(took), all);
    }
    const { minimum, maximum } = times.each(all);
    expect([minimum, maximum].map(Math.round)).toEqual([10, 40]);
  });

  it("are never negative", () => {
    vi.spyOn(performance, "now")
      // An operation between two fast readings of the clock, an empty run between two slow ones.
      .mockReturnValueOnce(0)
      .mockReturnValueOnce(1)
      .mockReturnValueOnce(3);
    const times = new RaceTimes(1);
    times.runEach(() => {}, { from: 0, to: 1 });
    expect(times.each({ from: 0, to: 1 }).maximum).toBe(0);
  });

  it("include only the requested span", () => {
    const run = withClock(80)([1000, 20, 30, 1000]);
    const times = new RaceTimes(4);
    times.runEach(run, all);
    times.runRow(run, { from: 0, to: 1 });
    times.runRow(run, { from: 1, to: 3 });
    times.runRow(run, { from: 3, to: 4 });
    expect(Math.round(times.each({ from: 1, to: 3 }).maximum)).toBe(30);
    expect(times.mean({ from: 1, to: 3 })).toBeCloseTo(25);
    expect(times.mean(all)).toBeCloseTo(512.5);
  });

  it("of a row are at most the times of its operations one by one", () => {
    const taking = withClock(80);
    const times = new RaceTimes(4);
    times.runEach(taking([10, 20, 30, 40]), all);
    times.runRow(taking([8, 16]), { from: 0, to: 2 });
    times.runRow(taking([0, 0, 24, 9999]), { from: 2, to: 4 });
    expect(times.mean(all)).toBeCloseTo((8 + 16 + 30 + 40) / 4);
  });
});

const take = (id: number, pages: number, alignment = 1): Operation => ({ id, pages, alignment });
const give = (id: number): Operation => ({ id, pages: 0, alignment: 1 });

function traceOf(pages: number, operations: Operation[]): AllocationTrace {
  const exchanges = { from: 0, to: operations.length };
  return { name: "t", title: "by hand", pages, seed: null, operations, exchanges };
}

describe("a race", () => {
  it("runs the requested policies", () => {
    const trace = traceOf(9, [take(0, 1)]);
    expect(race(trace, ["buddy", "typefish"]).map(({ policy }) => policy)).toEqual(["buddy", "typefish"]);
    expect(race(trace).map(({ policy }) => policy)).toEqual([...POLICIES]);
  });

  it.each([1, 2, 99, 100, 101, 1999, 2001])("times each of %d operations", (length) => {
    const operations = Array.from({ length }, (_, i) => (i % 2 === 0 ? take(i, 1) : give(i - 1)));
    for (const { nanoseconds, mean } of race(traceOf(9, operations))) {
      expect(nanoseconds.samples).toBe(length);
      expect(nanoseconds.maximum).toBeLessThan(Number.POSITIVE_INFINITY);
      expect(mean).toBeGreaterThanOrEqual(0);
    }
  });

  it("reports how full the memory was when a request failed for the first time", () => {
    // Sixteen pages, the last four of which come back too late for eight in a row.
    const trace = traceOf(16, [take(0, 8), take(1, 4), take(2, 8), give(1), take(3, 8), take(4, 16)]);
    for (const { utilization, failures, slots } of race(trace)) {
      expect(utilization).toBe(12 / 16);
      expect(failures).toBe(2);
      expect(slots).toBe(2);
    }
  });

  it("reports slots and nodes at the peak, without those of the rehearsal", () => {
    const trace = traceOf(8, [take(0, 8), give(0), take(1, 4), take(2, 4), give(1)]);
    for (const result of race(trace, ["typefish"])) {
      expect([result.utilization, result.failures, result.slots]).toEqual([null, 0, 2]);
      // Two live pieces, and the record of the region, which is as large as that of a free piece.
      expect(result.metadataBytes).toBe(2 * result.metadataPerLive + result.metadataPerFree);
    }
    const [impossible] = race(traceOf(8, [take(0, 9)]), ["typefish"]);
    expect(impossible).toMatchObject({ utilization: 0, failures: 1, slots: 0 });
  });

  it("needs at most 36 bytes of records for a live piece of the mix", () => {
    const [result] = race(makeTrace("mix", 20161007, 131_072, 1000), ["typefish"]);
    expect(result?.metadataPerLive).toBeLessThanOrEqual(36);
    expect(result?.slots, "live pieces").toBeGreaterThan(10_000);
  });

  it("samples the free memory until a request fails", () => {
    // Every other page of eight comes back: half of the memory is free, in four pieces.
    const pages = [0, 1, 2, 3, 4, 5, 6, 7];
    const holes = pages.filter((page) => page % 2 === 0);
    const operations = [...pages.map((id) => take(id, 1)), ...holes.map(give), take(8, 2), give(1)];
    const [result] = race(traceOf(8, operations), ["first-fit"]);
    expect(result?.fragmentation).toEqual([0, ...pages.map(() => 0), 0, 1 / 2, 1 - 1 / 3, 1 - 1 / 4]);
  });

  it("reports the same about memory each time", () => {
    const trace = makeTrace("mix", 5, 4096, 500);
    const memory = () => race(trace).map(({ nanoseconds, mean, ...others }) => others);
    expect(memory()).toEqual(memory());
  });
});

describe.skipIf(typeof native === "string")("the same source as native code", () => {
  const code = native as NativeCode;
  const trace = makeTrace("mix", 5, 4096, 500);
  const withoutTimes = ({ nanoseconds, mean, isNative, ...others }: ReturnType<typeof race>[number]) => others;

  it("has a row after that of the default policy", () => {
    const rows = entrantsOf(["buddy", "typefish", "best-fit"], code).map(({ policy, isNative }) => [policy, isNative]);
    expect(rows).toEqual([
      ["buddy", false],
      ["typefish", false],
      ["typefish", true],
      ["best-fit", false],
    ]);
    expect(entrantsOf(["buddy"], code)).toEqual([{ policy: "buddy", isNative: false }]);
  });

  it("reports the same about memory", () => {
    const [hosted, compiled] = raceEntrants(trace, entrantsOf(["typefish"], code), { native: code }).map(withoutTimes);
    expect(compiled).toEqual(hosted);
    expect(hosted?.failures).toBeGreaterThan(0);
  });

  it.each(POLICIES)("chooses the same places, with %s", (policy) => {
    const racer = (isNative: boolean, run: RaceCode) => {
      const entrant: Entrant = { policy, isNative };
      const made = new Racer(entrant, run, trace);
      made.rewind();
      return made;
    };
    const both = [racer(false, new HostedCode(HostedCode.load())), racer(true, code)];
    for (let from = 0; from < trace.operations.length; from++) {
      const [hosted, compiled] = both.map((each) => {
        each.runRow({ from, to: from + 1 });
        return Buffer.from(each.pages().buffer);
      }) as [Buffer, Buffer];
      expect(compiled.equals(hosted), `the same after operation ${from}`).toBe(true);
    }
    expect(new Set(both[0]?.pages()).size, "live pieces").toBeGreaterThan(100);
  });
});
