/** A request that cannot be met. The message is a sentence for the user. */
export class Refusal extends Error {}
