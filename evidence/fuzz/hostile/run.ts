/**
 * Hostile calls, one life after the other: a life is a freshly booted system that takes calls until it is over by right
 * (the program deleted itself, yielded for ever or asked for the end) or old enough.
 *
 * No call may panic or trap the CPU driver, and nothing may be broken afterwards. Of some calls it is also seen whether
 * they kept their hands off: one that failed, or only asked, must leave every slot and page table as it was.
 */
import { errName } from "../../../machines/calls/answer";
import { RunEnded } from "../../../machines/calls/call-machine";
import type { DirectMachine } from "../../../machines/hosted/direct/direct-machine";
import { Random } from "../../model/random";
import { minimise } from "../minimise";
import { CallSource, type HostileCall } from "./calls";
import { Damage } from "./damage";
import { ENOUGH_CALLS, WANTED } from "./paths";
import { bootVictim } from "./victim";

const CALLS_PER_LIFE = 1000;
/** Calls between two looks at everything. */
const CHECK_EVERY = 500;
/** Calls between two that are watched. */
const WATCH_EVERY = 80;

export interface HostileOptions {
  readonly machine: DirectMachine;
  readonly calls: number;
  readonly seed: number;
  readonly progress?: (done: number) => void;
}

export interface HostileFailure {
  /** Calls made in all. */
  readonly call: number;
  readonly what: readonly string[];
  /** The fewest calls after boot that do it. */
  readonly words: readonly (readonly number[])[];
}

export interface HostileResult {
  readonly calls: number;
  readonly boots: number;
  /** How often which error came. */
  readonly answers: readonly { name: string; count: number }[];
  readonly missing: readonly string[];
  readonly failure: HostileFailure | null;
}

interface Life {
  /** Calls made; the last one is to blame if something is broken. */
  readonly calls: HostileCall[];
  readonly broken: string[];
}

export function runHostile({ machine, calls, seed, progress }: HostileOptions): HostileResult {
  const random = new Random(seed);
  const counts = new Map<number, number>();
  const count = (code: number): void => void counts.set(code, (counts.get(code) ?? 0) + 1);
  let [done, boots] = [0, 0];
  let failure: HostileFailure | null = null;
  while (done < calls && !failure) {
    boots++;
    const life = live(machine, random, Math.min(CALLS_PER_LIFE, calls - done), count);
    done += life.calls.length;
    if (life.broken.length > 0) failure = explain(machine, life, done);
    progress?.(done);
  }
  const answers = [...counts].map(([code, times]) => ({ name: errName(code), count: times }));
  answers.sort((a, b) => b.count - a.count);
  const names = new Set(answers.map(({ name }) => name));
  const missing = done >= ENOUGH_CALLS ? WANTED.filter((name) => !names.has(name)) : [];
  return { calls: done, boots, answers, missing, failure };
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

/** Makes a call; what it broke, as far as `damage` is there to see it, or that the life is over. */
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
    // What makes the machine's host fail is harm, too.
    if (!(error instanceof RunEnded)) return [`the host failed: ${error}`];
    return error.result.kind === "panic" ? [error.message] : "over";
  }
}

/** The fewest calls that break something, found by leaving others out. */
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
