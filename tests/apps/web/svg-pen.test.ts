/** The pen that writes pictures as SVG. */
import { expect, it } from "vitest";
import { SvgPen } from "../../../apps/web/draw/pen";

it("writes what is drawn, and escapes texts", () => {
  const pen = new SvgPen(20, 10);
  pen.fillStyle = "#123456";
  pen.globalAlpha = 0.5;
  pen.fillRect(1, 2, 3.456, 4);
  pen.globalAlpha = 1;
  pen.strokeStyle = "red";
  pen.beginPath();
  pen.moveTo(0, 0);
  pen.lineTo(5, 5);
  pen.stroke();
  pen.textAlign = "center";
  pen.fillText('a < b & "c"', 7, 8);
  expect(pen.toString().trim().split("\n")).toEqual([
    '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10" viewBox="0 0 20 10">',
    '<rect x="1" y="2" width="3.46" height="4" fill="#123456" opacity="0.5"/>',
    '<path d="M0 0L5 5" fill="none" stroke="red" stroke-width="1"/>',
    '<text x="7" y="8" text-anchor="middle" dominant-baseline="alphabetic" style="font:12px sans-serif" fill="#123456">' +
      "a &lt; b &amp; &quot;c&quot;</text>",
    "</svg>",
  ]);
});
