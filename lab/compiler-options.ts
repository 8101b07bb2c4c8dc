/**
 * How TypeScript checks a learner's files: in the editor of the learner's folder, and in the page of the lab. AssemblyScript's
 * declarations take the place of TypeScript's library.
 */
export const LEARNER_COMPILER_OPTIONS = {
  noEmit: true,
  target: "esnext",
  module: "esnext",
  moduleResolution: "bundler",
  moduleDetection: "force",
  experimentalDecorators: true,
  noLib: true,
  types: [],
  strict: true,
  strictPropertyInitialization: false,
};
