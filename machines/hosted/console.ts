/** The board's console: what the CPU driver writes, and what somebody types. */

export class Console {
  /** Everything written so far. */
  text = "";
  private readonly decoder = new TextDecoder();
  private readonly typed: number[] = [];
  /** What was read so far, -1 for "nothing there": a run that is repeated must read the same. */
  private readonly reads: number[] = [];
  private replayReads = 0;
  /** Characters of a repeated run that were already shown. */
  private muted = 0;

  constructor(private readonly listener: (chunk: string) => void = () => {}) {}

  write(bytes: Uint8Array): void {
    const chunk = this.decoder.decode(bytes, { stream: true });
    const known = Math.min(this.muted, chunk.length);
    this.muted -= known;
    if (known === chunk.length) return;
    const fresh = chunk.slice(known);
    this.text += fresh;
    this.listener(fresh);
  }

  type(text: string): void {
    this.typed.push(...new TextEncoder().encode(text));
  }

  read(): number {
    if (this.replayReads < this.reads.length) return this.reads[this.replayReads++] as number;
    const character = this.typed.shift() ?? -1;
    this.reads.push(character);
    this.replayReads++;
    return character;
  }

  /** The run starts again from the beginning: repeats what was read, and does not show again what was written. */
  rewind(): void {
    this.replayReads = 0;
    this.muted = this.text.length;
    this.decoder.decode();
  }

  state(): { text: string; reads: number[] } {
    return { text: this.text, reads: [...this.reads] };
  }

  restore({ text, reads }: { text: string; reads: readonly number[] }): void {
    this.text = text;
    this.reads.splice(0, this.reads.length, ...reads);
    this.replayReads = reads.length;
    this.muted = 0;
  }
}
