/**
 * An operation on the capability system as data, and whatever can perform one: the model, or the machine.
 *
 * Slots are numbers: 256 * c + i is entry i of the driver's CNode c. `mint`, `modify` and `destroy` are ours; recorded
 * traces know the first seven only.
 */
import type { MapRequest, RetypeRequest } from "../model/capabilities";
import type { Dump } from "../model/dump";

export type Operation =
  | ({ readonly op: "retype"; readonly src: number; readonly dst: number } & Omit<RetypeRequest, "src" | "dst">)
  | { readonly op: "copy"; readonly src: number; readonly dst: number }
  | { readonly op: "delete"; readonly slot: number }
  | { readonly op: "revoke"; readonly slot: number }
  | ({ readonly op: "map"; readonly mapping: number } & Omit<MapRequest, "mapping">)
  | { readonly op: "unmap"; readonly vnode: number; readonly mapping: number }
  | { readonly op: "identify"; readonly slot: number }
  | {
      readonly op: "mint";
      readonly src: number;
      readonly dst: number;
      readonly param1: number;
      readonly param2: number;
    }
  | {
      readonly op: "modify";
      readonly mapping: number;
      readonly offset: number;
      readonly pages: number;
      readonly flags: number;
    }
  | { readonly op: "destroy"; readonly mapping: number };

export type OperationName = Operation["op"];

/** What an operation brought. Names of errors from the outermost to the cause; identity on a successful identify only. */
export interface Outcome {
  readonly err: string;
  readonly stack: readonly string[];
  readonly type?: string;
  readonly base?: number;
  readonly bytes?: number;
}

/** A capability that is there before the first operation. */
export interface InitialCap {
  readonly slot: number;
  readonly type: string;
  readonly base: number;
  readonly bytes: number;
}

/** Something that traces and random operations can be played on. */
export interface CapabilitySystem {
  perform(operation: Operation): Outcome;
  dump(): Dump;
}
