/** Saves the picture of the present view, and other files, to the reader's computer. */
import { signal } from "@preact/signals";

export interface ExportedPicture {
  /** Name of the file without its ending. */
  name: string;
  png(): Promise<Blob>;
  svg(): string;
}

/** The picture on the screen; null if the view has none. */
export const exported = signal<ExportedPicture | null>(null);

export function saveFile(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export async function savePicture({ name, png, svg }: ExportedPicture, kind: "png" | "svg"): Promise<void> {
  const content = kind === "png" ? await png() : new Blob([svg()], { type: "image/svg+xml" });
  saveFile(`${name}.${kind}`, content);
}
