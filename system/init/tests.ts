/**
 * The place for experiments and tests of your own. init calls `ownTests` when the memory manager is ready.
 *
 *     ramAlloc(8192);
 *     debugPrintf("a capability at 0x%lx\n", Out.cap);
 */

export function ownTests(): void {}
