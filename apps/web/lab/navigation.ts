/** Going to definitions and back. Definitions in the project's own sources open beside the learner's files. */

import { files, isOpen, jump, path, showPlace, sources } from "./files";
import { askLanguage } from "./language/client";
import * as trail from "./trail";

/** Opens one of the project's own sources. Returns false if there is no such source. */
async function openSource(file: string): Promise<boolean> {
  if (isOpen(file)) return true;
  const text = await askLanguage("source", file);
  if (text === null) return false;
  sources.value = new Map(sources.peek()).set(file, text);
  return true;
}

/** Goes to the definition of the name at an offset of the file that is shown. Returns false if there is none. */
export async function goToDefinition(offset: number): Promise<boolean> {
  const definition = await askLanguage("definition", path.peek(), offset);
  if (!definition || !(await openSource(definition.path))) return false;
  jump({ file: definition.path, offset: definition.from });
  return true;
}

export function closeSource(file: string): void {
  const rest = new Map(sources.peek());
  rest.delete(file);
  if (path.peek() === file) {
    const last = trail.past.peek().findLast((place) => place.file !== file && isOpen(place.file));
    showPlace(last ?? { file: [...files.peek().keys()][0] as string, offset: 0 });
  }
  sources.value = rest;
}

/** Shows where a jump came from. A file that was closed since is opened again. */
async function show(place: trail.Place | undefined): Promise<void> {
  if (place && (await openSource(place.file))) showPlace(place);
}

export const goBack = (): Promise<void> => show(trail.back());
export const goForward = (): Promise<void> => show(trail.forward());
