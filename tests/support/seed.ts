/** The seed of all random tests: 1, or SEED from the environment, as in `SEED=17 npx vitest run tests/evidence/fuzz`. */
const given = process.env.SEED ?? "1";

if (!/^\d{1,9}$/.test(given)) throw new Error(`SEED is a number of up to nine digits, not "${given}"`);
export const SEED = Number(given);
