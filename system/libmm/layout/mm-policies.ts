/** Names of libmm's policies in the order of `MmPolicy`, for the host. `libmm/policy/policy.ts` uses the same names. */
export const POLICIES = ["typefish", "first-fit", "best-fit", "buddy", "address-tree"] as const;
export type PolicyName = (typeof POLICIES)[number];
