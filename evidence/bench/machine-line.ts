/** The machine of a measurement. */
import { cpus } from "node:os";

/** Processor, version of Node, day. */
export function machineLine(now = new Date()): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() || `unknown ${process.arch} processor`;
  return `${model}, ${processors.length} processors, Node ${process.version}, ${now.toISOString().slice(0, 10)}`;
}
