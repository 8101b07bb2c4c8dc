/** Compiled into each module beside its own entry: where the static memory ends. */
export function heapBase(): usize {
  return __heap_base;
}
