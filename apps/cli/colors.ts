/** Colours, if a person looks: on a terminal, and unless told not to (`--no-color`, NO_COLOR, a dumb terminal). */
import pc from "picocolors";

export type Colors = ReturnType<typeof pc.createColors>;

export function colorsFor(stream: { isTTY?: boolean }, wanted: boolean, environment = process.env): Colors {
  const refused = (environment.NO_COLOR ?? "") !== "" || environment.TERM === "dumb";
  return pc.createColors(wanted && !refused && stream.isTTY === true);
}
