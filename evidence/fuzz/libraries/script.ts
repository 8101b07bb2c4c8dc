/**
 * Reads a sequence of requests as lines of JSON: the policy of the client's memory manager, then one request in each
 * line.
 */

import { readText } from "../../../observe/traces/file";
import { JsonLine } from "../../../observe/traces/json-line";
import { POLICIES, type PolicyName } from "../../../system/libmm/layout/mm-policies";
import { KINDS, type Kind, type Operation } from "./operation";

export interface Script {
  readonly policy: PolicyName;
  readonly operations: readonly Operation[];
}

export function scriptOf({ policy, operations }: Script): readonly string[] {
  return [JSON.stringify({ policy }), ...operations.map((operation) => JSON.stringify(operation))];
}

/** Numbers that a request of each kind must have. */
const NUMBERS: Record<Kind, readonly string[]> = {
  add: ["id", "ram", "offset", "bytes"],
  "add part": ["id", "ram", "offset", "bytes"],
  "add rest": ["id", "part"],
  "add again": ["region", "offset", "bytes"],
  alloc: ["id", "bytes", "alignment"],
  free: ["piece", "shift", "bytes"],
  "free foreign": ["piece"],
  retype: ["piece"],
  slot: ["id"],
  "free slot": ["slot"],
  "return foreign": ["count", "rest"],
  allocator: ["id"],
  "foreign allocator": ["id", "rootSlot"],
  "second allocator": ["allocator"],
  "allocator slot": ["id", "allocator"],
  "free allocator slot": ["slot"],
  "destroy allocator": ["allocator"],
  "unmap foreign": [],
  "free root slot": ["slot"],
  row: ["id", "count"],
  "free row": ["row", "count"],
  cnode: [],
  frame: ["id", "bytes"],
  "free frame": ["frame"],
  reserve: ["id", "bytes"],
  map: ["id", "frame", "bytes", "flags"],
  unmap: ["range", "pages"],
  store: ["range", "page", "value"],
};
const KIND_NAMES = KINDS.map(([, kind]) => kind);

function readOperation(line: JsonLine): Operation {
  const { fields } = line;
  const number = (name: string) => line.integer(fields[name], `"${name}"`, Number.MAX_SAFE_INTEGER, -(2 ** 53 - 1));
  const op = line.oneOf(fields.op, KIND_NAMES, '"op"');
  NUMBERS[op].forEach(number);
  if (op === "alloc" || op === "return foreign") line.oneOf(fields.end, ["low", "high"], '"end"');
  if (op === "free allocator slot") line.oneOf(fields.by, ["slot_free", "allocator"], '"by"');
  if (op === "retype" && typeof fields.keep !== "boolean") line.refuse('expected true or false as "keep"');
  if (op === "map") for (const name of ["address", "range"]) if (fields[name] !== undefined) number(name);
  return fields as unknown as Operation;
}

/**
 * Throws `TraceError` with file and line if the file is not a script. A request for a thing that was never made does
 * nothing.
 */
export async function readScript(path: string): Promise<Script> {
  const [first, ...others] = (await readText(path))
    .split("\n")
    .flatMap((text, index) => (text.trim() === "" ? [] : [new JsonLine(path, index + 1, text)]));
  const head = first ?? new JsonLine(path, 1, "{}");
  return { policy: head.oneOf(head.fields.policy, POLICIES, '"policy"'), operations: others.map(readOperation) };
}
