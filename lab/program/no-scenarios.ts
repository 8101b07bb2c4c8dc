/** Replaces the scenarios in a program with another memory manager, because they look into the records of ours. */
export function scenariosMain(): u32 {
  return 0;
}
