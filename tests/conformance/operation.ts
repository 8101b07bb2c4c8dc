/**
 * An operation on the capability system as data, and whatever can perform one: the model, or the machine.
 *
 * Slots are numbers, or paths through CNodes (see model/cspace.ts): 256 * c + i is entry i of the driver's CNode c.
 * Recorded traces know numbers and the first seven operations only; the rest is ours.
 */
import type { MapRequest, RetypeRequest, SetupRequest, SlotName } from "../model/capabilities";
import type { Dump } from "../model/dump";

export type Operation =
  | ({ readonly op: "retype" } & RetypeRequest)
  | { readonly op: "copy"; readonly src: SlotName; readonly dst: SlotName }
  | { readonly op: "delete"; readonly slot: SlotName }
  | { readonly op: "revoke"; readonly slot: SlotName }
  | ({ readonly op: "map" } & MapRequest)
  | { readonly op: "unmap"; readonly vnode: SlotName; readonly mapping: SlotName }
  | { readonly op: "identify"; readonly slot: SlotName }
  | {
      readonly op: "mint";
      readonly src: SlotName;
      readonly dst: SlotName;
      readonly param1: number;
      readonly param2: number;
    }
  | {
      readonly op: "modify";
      readonly mapping: SlotName;
      readonly offset: number;
      readonly pages: number;
      readonly flags: number;
    }
  | { readonly op: "destroy"; readonly mapping: SlotName }
  | { readonly op: "create"; readonly type: string; readonly dst: SlotName }
  | ({ readonly op: "setup" } & SetupRequest);

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
