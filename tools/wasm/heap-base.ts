/** Compiled into each module in addition to its own entry. Reports where the static memory ends. */
export function heapBase(): usize {
  return __heap_base;
}
