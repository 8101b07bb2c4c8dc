/** A part of the libraries beside a model of it. */
import type { Random } from "../../model/random";
import type { Id, Kind, Operation } from "./operation";

export interface Area {
  /** An operation worth trying, null if there is nothing to try it on. `id`: the number of what it makes, if anything. */
  draw(kind: Kind, random: Random, id: Id): Operation | null;

  /**
   * Performs an operation on both. Sentences about where the two differ; null if the operation is another area's, or
   * names something that does not exist.
   */
  perform(operation: Operation): readonly string[] | null;

  /** Holds all that the libraries know against the model. */
  check(): readonly string[];

  /** Slots of the default allocator that the client has, or that the libraries took on its behalf. */
  slots(): number;

  /** Operations that give everything back. */
  leaving(): readonly Operation[];
}

/** Where something is not what the model says. */
export function differs(what: string, expected: string, got: string): readonly string[] {
  return expected === got ? [] : [`${what}: model ${expected}, libraries ${got}`];
}

/** A random key of a map, null if it is empty. */
export function pickKey<K>(random: Random, map: ReadonlyMap<K, unknown>): K | null {
  return map.size === 0 ? null : random.pick([...map.keys()]);
}

/** The same of the libraries' answer to a call, which is counted. */
export type CompareAnswers = (call: string, expected: string, got: string) => readonly string[];
