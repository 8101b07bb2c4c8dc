/** Plots, as SVG. The library is loaded only here: it is large, and nobody needs it who does not plot. */
import type { LineSeriesOption } from "echarts";
import type { GrowthRow } from "./growth";
import type { Measurements } from "./program";
import type { RaceResult } from "./race";

export interface Plot {
  file: string;
  title: string;
  xAxis: { name: string; type: "log" | "value" };
  yAxis: { name: string; type: "log" | "value" };
  series: { name: string; points: [x: number, y: number][] }[];
}

const WIDTH = 760;
const HEIGHT = 420;

export function growthPlot(rows: readonly GrowthRow[]): Plot {
  return {
    file: "policy-growth.svg",
    title: "A piece given back and another taken, the mix at 80 % full",
    xAxis: { name: "live pieces", type: "log" },
    yAxis: { name: "ns", type: "log" },
    series: rows.map(({ policy, pairs }) => ({
      name: policy,
      points: pairs.map(({ live, nanoseconds }) => [live, nanoseconds]),
    })),
  };
}

export function fragmentationPlot(trace: string, results: readonly RaceResult[]): Plot {
  return {
    file: `fragmentation-${trace}.svg`,
    title: `Free memory outside the largest free piece: ${trace}`,
    xAxis: { name: "% of the trace", type: "value" },
    yAxis: { name: "%", type: "value" },
    series: results.map(({ policy, fragmentation }) => ({
      name: policy,
      points: fragmentation.map((share, index) => [index, 100 * share]),
    })),
  };
}

const SYSTEM_LINES: [name: string, title: string][] = [
  ["mm-pair", "mm_alloc + mm_free"],
  ["mm-replace", "mm_free of any page + mm_alloc"],
  ["retype-delete", "delete of any page + retype"],
  ["retype-row-ram", "retype, pages in a row"],
  ["delete-row-ram", "delete, pages in a row"],
];

export function systemPlot(measurements: Measurements): Plot {
  return {
    file: "system-growth.svg",
    title: "One page, beside live pages of the same region",
    xAxis: { name: "live pages", type: "log" },
    yAxis: { name: "ns", type: "log" },
    series: SYSTEM_LINES.map(([name, title]) => ({
      name: title,
      points: measurements.sizes(name).map((size) => [size, measurements.summary(name, size)?.quartile ?? 0]),
    })),
  };
}

export async function renderPlot({ title, xAxis, yAxis, series }: Plot): Promise<string> {
  const { init } = await import("echarts");
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height: HEIGHT });
  chart.setOption({
    animation: false,
    backgroundColor: "#fff",
    title: { text: title, left: "center", textStyle: { fontSize: 15 } },
    legend: { bottom: 4 },
    grid: { left: 60, right: 90, top: 48, bottom: 70 },
    xAxis,
    yAxis,
    series: series.map(
      ({ name, points }): LineSeriesOption => ({
        name,
        type: "line",
        data: points,
        showSymbol: points.length < 10,
      }),
    ),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
