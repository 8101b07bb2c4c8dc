/** The part of a canvas's interface that pictures use, and the same as SVG. So each picture is drawn by one function. */

export interface Pen {
  fillStyle: string | CanvasGradient | CanvasPattern;
  strokeStyle: string | CanvasGradient | CanvasPattern;
  lineWidth: number;
  globalAlpha: number;
  font: string;
  textAlign: CanvasTextAlign;
  textBaseline: CanvasTextBaseline;
  fillRect(x: number, y: number, width: number, height: number): void;
  strokeRect(x: number, y: number, width: number, height: number): void;
  fillText(text: string, x: number, y: number): void;
  beginPath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  stroke(): void;
}

const ANCHORS: Partial<Record<CanvasTextAlign, string>> = { center: "middle", right: "end", end: "end" };
const BASELINES: Partial<Record<CanvasTextBaseline, string>> = { middle: "central", top: "hanging" };

const escaped = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");
const figure = (value: number) => String(Math.round(value * 100) / 100);

/** Collects what is drawn as an SVG document. */
export class SvgPen implements Pen {
  fillStyle: Pen["fillStyle"] = "#000";
  strokeStyle: Pen["strokeStyle"] = "#000";
  lineWidth = 1;
  globalAlpha = 1;
  font = "12px sans-serif";
  textAlign: CanvasTextAlign = "left";
  textBaseline: CanvasTextBaseline = "alphabetic";
  private readonly elements: string[] = [];
  private path = "";

  constructor(
    private readonly width: number,
    private readonly height: number,
  ) {}

  fillRect(x: number, y: number, width: number, height: number): void {
    this.elements.push(`<rect ${box(x, y, width, height)} fill="${this.fillStyle}"${this.opacity}/>`);
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.elements.push(`<rect ${box(x, y, width, height)} fill="none" ${this.line}/>`);
  }

  fillText(text: string, x: number, y: number): void {
    const anchor = ANCHORS[this.textAlign] ?? "start";
    const baseline = BASELINES[this.textBaseline] ?? "alphabetic";
    this.elements.push(
      `<text x="${figure(x)}" y="${figure(y)}" text-anchor="${anchor}" dominant-baseline="${baseline}" ` +
        `style="font:${escaped(this.font)}" fill="${this.fillStyle}"${this.opacity}>${escaped(text)}</text>`,
    );
  }

  beginPath(): void {
    this.path = "";
  }

  moveTo(x: number, y: number): void {
    this.path += `M${figure(x)} ${figure(y)}`;
  }

  lineTo(x: number, y: number): void {
    this.path += `L${figure(x)} ${figure(y)}`;
  }

  stroke(): void {
    this.elements.push(`<path d="${this.path}" fill="none" ${this.line}/>`);
  }

  /** The document. */
  toString(): string {
    const size = `width="${this.width}" height="${this.height}" viewBox="0 0 ${this.width} ${this.height}"`;
    return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>\n${this.elements.join("\n")}\n</svg>\n`;
  }

  private get opacity(): string {
    return this.globalAlpha === 1 ? "" : ` opacity="${figure(this.globalAlpha)}"`;
  }

  private get line(): string {
    return `stroke="${this.strokeStyle}" stroke-width="${figure(this.lineWidth)}"${this.opacity}`;
  }
}

const box = (x: number, y: number, width: number, height: number) =>
  `x="${figure(x)}" y="${figure(y)}" width="${figure(width)}" height="${figure(height)}"`;
