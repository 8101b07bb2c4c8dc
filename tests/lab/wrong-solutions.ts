import type { Kind } from "../../lab/grade/kinds";
import type { ManagerName } from "./read-solution";

export interface WrongSolution {
  name: string;
  base: ManagerName;
  file: string;
  replace: string;
  by: string;
  kinds: readonly Kind[];
}
export const WRONG_SOLUTIONS: readonly WrongSolution[] = [];
