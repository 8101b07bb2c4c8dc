/** The board's console: the output of the CPU driver, and the input that a user types. */

export class Console {
  /** Everything written so far. */
  text = "";
  private readonly decoder = new TextDecoder();
  private readonly typed: number[] = [];

  constructor(private readonly listener: (chunk: string) => void = () => {}) {}

  write(bytes: Uint8Array): void {
    const chunk = this.decoder.decode(bytes, { stream: true });
    if (chunk === "") return;
    this.text += chunk;
    this.listener(chunk);
  }

  type(text: string): void {
    this.typed.push(...new TextEncoder().encode(text));
  }

  /** The next character, or -1 if there is no input. */
  read(): number {
    return this.typed.shift() ?? -1;
  }
}
