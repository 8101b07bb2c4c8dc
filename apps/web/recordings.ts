/** Recordings as files. */
import { saveFile } from "./draw/export";
import { english } from "./english";
import { ask, inform, openFile, working } from "./present";
import { run } from "./state";

export async function saveRecording(): Promise<void> {
  try {
    const bytes = await working(english.progress.saving, ask("save", null));
    const name = run.peek().scenario.replace(/[^\w-]+/g, "") || "boot";
    saveFile(`typefish-${name}.recording`, new Blob([bytes as Uint8Array<ArrayBuffer>]));
  } catch (error) {
    inform(error instanceof Error ? error.message : String(error));
  }
}

export async function openRecording(file: File): Promise<void> {
  await openFile(file.name, new Uint8Array(await file.arrayBuffer()));
}
