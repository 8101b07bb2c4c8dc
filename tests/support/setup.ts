/** Before all tests: builds what they share, so that no two of them do. */
import { buildLibraryAlone, buildLibraryProgram } from "../../evidence/harness/libraries/build";
import { buildAccess } from "../../evidence/harness/modules";
import { fixtureImages } from "../machines/hosted/fixtures/images";

export default async function setup(): Promise<void> {
  await buildAccess();
  await buildLibraryProgram();
  await buildLibraryAlone();
  await fixtureImages("main");
}
