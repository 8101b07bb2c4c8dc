/** Reads the program of the reading exercises, and the images that record it. */
import { loadRecordableImages } from "../../machines/hosted/node/load-images";
import type { ReadingFiles } from "../exercises/reading/recorded-run";

export function readReadingFiles(): ReadingFiles {
  const { images, initElf } = loadRecordableImages("reading");
  return { images, elf: initElf };
}
