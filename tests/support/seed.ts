/** The seed of everything random in the tests: 1, unless the environment has another. SEED=17 npx vitest run tests/evidence/fuzz */
const given = process.env.SEED ?? "1";

if (!/^\d{1,9}$/.test(given)) throw new Error(`SEED is a number of up to nine digits, not "${given}"`);
export const SEED = Number(given);
