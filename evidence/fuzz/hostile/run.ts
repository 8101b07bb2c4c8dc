/**
 * Makes hostile calls in one life after the other. A life is a freshly booted system that takes calls until it ends
 * legitimately (the program deletes itself, yields for ever or asks for the end) or reaches a number of calls.
 *
 * No call may panic or trap the CPU driver, and no call may break anything. Some calls are also watched: a call that
 * fails or only reads must leave every slot and page table unchanged.
 */
import { errName } from "../../../machines/calls/answer";
import { RunEnded } from "../../../machines/calls/call-machine";
import type { DirectMachine } from "../../../machines/hosted/direct/direct-machine";
import type { Shard } from "../../../observe/text/shard";
import { Random } from "../../model/random";
import { minimise } from "../minimise";
import { PathCount, type PathReport } from "../path-count";
import { playRounds } from "../rounds";
import { CallSource, type HostileCall } from "./calls";
import { Damage } from "./damage";
import { ENOUGH_CALLS, WANTED } from "./paths";
import { bootVictim } from "./victim";

const CALLS_PER_LIFE = 1000;
/** A part of a campaign plays every n-th round. A round has several lives; the last one is cut off. */
const CALLS_PER_ROUND = 10_000;
/** Number of calls between two full checks. */
const CHECK_EVERY = 500;
/** Number of calls between two watched calls. */
const WATCH_EVERY = 80;

export interface HostileOptions {
  readonly machine: DirectMachine;
  readonly calls: number;
  readonly seed: number;
  /** The part of the calls to make. All parts together make the same calls as a run without parts. */
  readonly shard?: Shard;
  readonly progress?: (done: number) => void;
}

export interface HostileFailure {
  /** Number of calls made in all. */
  readonly call: number;
  readonly what: readonly string[];
  /** The shortest list of calls after boot that causes the failure. */
  readonly words: readonly (readonly number[])[];
}

export interface HostileResult extends PathReport {
  readonly calls: number;
  readonly boots: number;
  /** Number of times that each error was returned. */
  readonly answers: readonly { name: string; count: number }[];
  readonly failure: HostileFailure | null;
}

interface Life {
  /** The calls made. If something is broken, the last one caused it or came just before the check that found it. */
  readonly calls: HostileCall[];
  readonly broken: string[];
}

export function runHostile({ machine, calls, seed, shard, progress }: HostileOptions): HostileResult {
  const counts = new Map<number, number>();
  const paths = new PathCount(WANTED, ENOUGH_CALLS);
  const count = (code: number): void => {
    counts.set(code, (counts.get(code) ?? 0) + 1);
    paths.take(errName(code));
  };
  let done = 0;
  const rounds = { operations: calls, seed, shard, roundOperations: CALLS_PER_ROUND, progress };
  const { sequences: boots, failure } = playRounds<HostileFailure>(rounds, (lifeSeed, limit) => {
    const life = live(machine, new Random(lifeSeed), Math.min(CALLS_PER_LIFE, limit), count);
    done += life.calls.length;
    return { operations: life.calls.length, failure: life.broken.length > 0 ? explain(machine, life, done) : null };
  });
  const answers = [...counts].map(([code, times]) => ({ name: errName(code), count: times }));
  answers.sort((a, b) => b.count - a.count);
  return { calls: done, boots, answers, failure, ...paths.after(done) };
}

function live(machine: DirectMachine, random: Random, calls: number, count: (code: number) => void): Life {
  bootVictim(machine);
  const damage = new Damage(machine);
  const source = new CallSource(random, machine.scratch.address);
  const made: HostileCall[] = [];
  while (made.length < calls) {
    const call = source.next();
    made.push(call);
    const broken = make(machine, call, made.length % WATCH_EVERY === 0 ? damage : null, count);
    if (broken === "over") break;
    const look = made.length % CHECK_EVERY === 0 || made.length === calls;
    if (look) broken.push(...damage.all());
    if (broken.length > 0) return { calls: made, broken };
  }
  return { calls: made, broken: [] };
}

/** Makes a call. Returns the damage, if `damage` is given, or "over" if the life has ended. */
function make(
  machine: DirectMachine,
  { words, isQuestion }: HostileCall,
  damage: Damage | null,
  count: (code: number) => void,
): string[] | "over" {
  const before = damage?.fingerprint();
  try {
    const answer = machine.call(words);
    count(answer.code);
    return before && damage && (isQuestion || !answer.ok) ? damage.since(before) : [];
  } catch (error) {
    // An error in the machine's host is also damage.
    if (!(error instanceof RunEnded)) return [`the host failed: ${error}`];
    return error.result.kind === "panic" ? [error.message] : "over";
  }
}

/** Finds the shortest list of calls that still breaks something, by leaving out others. */
function explain(machine: DirectMachine, { calls, broken }: Life, done: number): HostileFailure {
  const replay = (list: readonly HostileCall[]): string[] => {
    bootVictim(machine);
    const damage = new Damage(machine);
    for (const [index, call] of list.entries()) {
      const found = make(machine, call, index === list.length - 1 ? damage : null, () => {});
      if (found === "over") return [];
      if (found.length > 0) return found;
    }
    return damage.all();
  };
  const shortest = minimise(calls, (list) => list.length > 0 && replay(list).length > 0);
  const what = replay(shortest);
  return { call: done, what: what.length > 0 ? what : broken, words: shortest.map(({ words }) => words) };
}
