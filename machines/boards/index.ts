/** All boards that the hosted machine can simulate. */
import type { Board } from "./board";
import { pandaboardEs } from "./pandaboard-es";
import { vexpressA9 } from "./vexpress-a9";

export const boards: readonly Board[] = [pandaboardEs, vexpressA9];

export function findBoard(name: string): Board | undefined {
  return boards.find((board) => board.name === name);
}
