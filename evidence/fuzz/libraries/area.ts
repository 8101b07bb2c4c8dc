/** One part of the libraries together with its model. */
import type { Random } from "../../model/random";
import type { Id, Kind, Operation } from "./operation";

export interface Area {
  /**
   * Chooses a useful operation. Returns null if there is nothing to try it on. `id` is the number of the thing that it
   * makes.
   */
  draw(kind: Kind, random: Random, id: Id): Operation | null;

  /**
   * Performs an operation on library and model, and returns the differences. Returns null if the operation belongs to
   * another area or names something that does not exist.
   */
  perform(operation: Operation): readonly string[] | null;

  /** Compares all of the libraries' state with the model. */
  check(): readonly string[];

  /** Slots of the default allocator that the client has, or that the libraries took on its behalf. */
  slots(): number;

  /** Operations that give everything back. */
  leaving(): readonly Operation[];
}

/** A message if the two values differ; empty otherwise. */
export function differs(what: string, expected: string, got: string): readonly string[] {
  return expected === got ? [] : [`${what}: model ${expected}, libraries ${got}`];
}

/** A random key of a map; null if the map is empty. */
export function pickKey<K>(random: Random, map: ReadonlyMap<K, unknown>): K | null {
  return map.size === 0 ? null : random.pick([...map.keys()]);
}

/** Like `differs`, for the libraries' answer to a call. The answer is also counted. */
export type CompareAnswers = (call: string, expected: string, got: string) => readonly string[];
