/** Colours for output on a terminal. `--no-color`, NO_COLOR or a dumb terminal switches them off. */
import pc from "picocolors";

export type Colors = ReturnType<typeof pc.createColors>;

export function colorsFor(stream: { isTTY?: boolean }, wanted: boolean, environment = process.env): Colors {
  const refused = (environment.NO_COLOR ?? "") !== "" || environment.TERM === "dumb";
  return pc.createColors(wanted && !refused && stream.isTTY === true);
}
