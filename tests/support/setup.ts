/** Runs before all tests and builds the modules that they share, so that each module is built only once. */
import { buildLibraryAlone, buildLibraryProgram } from "../../evidence/harness/libraries/build";
import { buildAccess } from "../../evidence/harness/modules";
import { findBrowser } from "../apps/web/support/browser-path";
import { fixtureImages } from "../machines/hosted/fixtures/images";

const NO_BROWSER =
  "tests in a browser are skipped: there is no Chromium. Install it (apt install chromium), or set CHROMIUM to its path";

export default async function setup(): Promise<void> {
  await buildAccess();
  await buildLibraryProgram();
  await buildLibraryAlone();
  await fixtureImages("main");
  if (findBrowser() === null) console.error(NO_BROWSER);
}
