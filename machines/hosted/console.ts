/** The board's console: the output of the CPU driver, and the input that a user types. */

export class Console {
  /** Everything written so far. */
  text = "";
  private readonly decoder = new TextDecoder();
  private readonly typed: number[] = [];
  /** Every character read so far, -1 for "no input". A repeated run must read the same characters. */
  private readonly reads: number[] = [];
  private replayReads = 0;
  /** Number of characters that a repeated run writes again and that were already shown. */
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

  /**
   * Prepares for a repeated run: it reads the same input again, and output that was already shown is not shown again.
   */
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
