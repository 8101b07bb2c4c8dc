/** Runs before all tests and builds the modules that they share, so that each module is built only once. */
import { buildLibraryAlone, buildLibraryProgram } from "../../evidence/harness/libraries/build";
import { buildAccess } from "../../evidence/harness/modules";
import { fixtureImages } from "../machines/hosted/fixtures/images";

export default async function setup(): Promise<void> {
  await buildAccess();
  await buildLibraryProgram();
  await buildLibraryAlone();
  await fixtureImages("main");
}
