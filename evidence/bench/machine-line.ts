/** On what the figures were measured. */
import { cpus } from "node:os";

/** Processor, Node, day: without these, no figure means anything. */
export function machineLine(now = new Date()): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() || `unknown ${process.arch} processor`;
  return `${model}, ${processors.length} processors, Node ${process.version}, ${now.toISOString().slice(0, 10)}`;
}
