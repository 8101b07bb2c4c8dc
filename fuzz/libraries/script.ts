/** A sequence of requests as lines of JSON: which policy the client's memory manager has, and then one request a line. */

import { readText } from "../../traces/file";
import { JsonLine } from "../../traces/json-line";
import { POLICIES, type PolicyName } from "../../user/layout/mm-policies";
import { KINDS, type Operation } from "./operation";

export interface Script {
  readonly policy: PolicyName;
  readonly operations: readonly Operation[];
}

export function scriptOf({ policy, operations }: Script): readonly string[] {
  return [JSON.stringify({ policy }), ...operations.map((operation) => JSON.stringify(operation))];
}

/** Throws `TraceError` with file and line for what is no script. A request that makes no sense does nothing. */
export async function readScript(path: string): Promise<Script> {
  const [first, ...others] = (await readText(path))
    .split("\n")
    .flatMap((text, index) => (text.trim() === "" ? [] : [new JsonLine(path, index + 1, text)]));
  const head = first ?? new JsonLine(path, 1, "{}");
  const policy = head.oneOf(head.fields.policy, POLICIES, '"policy"');
  const kinds = KINDS.map(([, kind]) => kind);
  for (const line of others) line.oneOf(line.fields.op, kinds, '"op"');
  return { policy, operations: others.map(({ fields }) => fields as unknown as Operation) };
}
