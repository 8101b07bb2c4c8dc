/** The designs of memory managers. Each is a folder of its own. */
export const MANAGERS = ["list", "bitmap", "buddy", "tree"] as const;
export type ManagerName = (typeof MANAGERS)[number];
