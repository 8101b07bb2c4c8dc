/** The version of the package that this file was built from. */
import packageJson from "../../package.json";

export function version(): string {
  return packageJson.version;
}
