/** Plots, as SVG. The plotting library is large, so it is loaded only when a plot is drawn. */
import type { EChartsOption, LineSeriesOption } from "echarts";
import type { GrowthRow } from "./growth";
import type { Measurements } from "./program";
import { entrantName, type RaceResult } from "./race";
import { formatTime } from "./tables";

interface Series {
  name: string;
  points: [x: number, y: number][];
  /** The line ends before the others do; a dot marks its end. */
  endsEarly?: boolean;
}

export interface Plot {
  file: string;
  title: string;
  /** All lines in one panel with logarithmic axes, or a panel for each line with axes from 0 to 100 %. */
  layout: "together" | "panels";
  xName: string;
  yName: string;
  series: Series[];
}

const WIDTH = 760;
const BACKGROUND = "#fff";
const TEXT = "#333";
const FAINT = "#aaa";
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#b8338a", "#7a5c00", "#444444"];
const FONT = "Arial, Helvetica, sans-serif";

export function growthPlot(rows: readonly GrowthRow[]): Plot {
  return {
    file: "policy-growth.svg",
    title: "Time to free a piece and allocate another (mix, 80 % full)",
    layout: "together",
    xName: "live pieces",
    yName: "time of a pair",
    series: rows.map(({ pairs, ...entrant }) => ({
      name: entrantName(entrant),
      points: pairs.map(({ live, nanoseconds }) => [live, nanoseconds]),
    })),
  };
}

/** A smaller share cannot be seen in a plot from 0 to 100 %. */
const LEAST_TO_SEE = 0.01;

/** Null if fragmentation is too small to be seen. Native code makes the same pieces and has no panel. */
export function fragmentationPlot(trace: string, results: readonly RaceResult[]): Plot | null {
  const most = Math.max(...results.flatMap(({ fragmentation }) => fragmentation));
  if (most < LEAST_TO_SEE) return null;
  return {
    file: `fragmentation-${trace}.svg`,
    title: `Fragmentation in the race on ${trace}`,
    layout: "panels",
    xName: "% of the trace",
    yName: "% of the free memory outside the largest free piece",
    series: results
      .filter(({ isNative }) => !isNative)
      .map(({ policy, fragmentation, failures }) => ({
        name: policy,
        points: fragmentation.map((share, index) => [index, 100 * share]),
        endsEarly: failures > 0,
      })),
  };
}

const SYSTEM_LINES: [name: string, title: string][] = [
  ["mm-replace", "mm_free of any page + mm_alloc"],
  ["mm-pair", "mm_alloc + mm_free"],
  ["retype-delete", "delete of any page + retype"],
  ["retype-row-ram", "retype, neighbouring pages"],
  ["delete-row-ram", "delete, neighbouring pages"],
];

export function systemPlot(measurements: Measurements): Plot {
  return {
    file: "system-growth.svg",
    title: "Operations on one page, beside other live pages of the region",
    layout: "together",
    xName: "live pages",
    yName: "time",
    series: SYSTEM_LINES.map(([name, title]) => ({
      name: title,
      points: measurements.sizes(name).map((size) => [size, measurements.summary(name, size)?.quartile ?? 0]),
    })),
  };
}

function colour(index: number): string {
  return COLOURS[index % COLOURS.length] as string;
}

const TOGETHER_HEIGHT = 454;

function together({ title, xName, yName, series }: Plot): EChartsOption {
  const name = { nameTextStyle: { color: TEXT } };
  return {
    title: { text: title, left: "center", textStyle: { fontSize: 15, color: TEXT } },
    // The library estimates the width of text. A wide gap keeps the names apart in every font.
    legend: { bottom: 4, itemGap: 26, textStyle: { color: TEXT } },
    grid: { left: 70, right: 30, top: 64, bottom: 114 },
    xAxis: { type: "log", name: xName, nameLocation: "middle", nameGap: 28, ...name },
    yAxis: { type: "log", name: yName, ...name, axisLabel: { formatter: axisTime } },
    series: series.map(
      (line, index): LineSeriesOption => ({ name: line.name, type: "line", color: colour(index), data: line.points }),
    ),
  };
}

/** A power of ten, without decimals. */
function axisTime(nanoseconds: number): string {
  return formatTime(nanoseconds).replace(/\.0+(?= )/, "");
}

const COLUMNS = 3;
const PANEL = { width: 205, height: 140, left: 45, top: 78, right: 40, below: 66 };
const PANELS_BOTTOM = 76;

/** Lines of several policies can be the same. So each policy has a panel, which shows the other lines in grey. */
function panels({ title, xName, yName, series }: Plot): EChartsOption {
  const spots = series.map((_, index) => ({
    left: PANEL.left + (index % COLUMNS) * (PANEL.width + PANEL.right),
    top: PANEL.top + Math.floor(index / COLUMNS) * (PANEL.height + PANEL.below),
  }));
  const axis = { type: "value" as const, min: 0, max: 100, interval: 25 };
  const caption = `across: ${xName}; up: ${yName}\ngrey: the other policies; dot: the last sample before the first failure`;
  return {
    title: [
      { text: title, left: "center", textStyle: { fontSize: 15, color: TEXT } },
      {
        text: caption,
        left: "center",
        bottom: 6,
        textStyle: { fontSize: 12, lineHeight: 18, fontWeight: "normal", color: TEXT },
      },
      ...series.map(({ name }, index) => ({
        text: name,
        left: (spots[index] as { left: number }).left + PANEL.width / 2,
        top: (spots[index] as { top: number }).top - 26,
        textAlign: "center" as const,
        padding: 0,
        textStyle: { fontSize: 13, color: colour(index) },
      })),
    ],
    grid: spots.map((spot) => ({ ...spot, width: PANEL.width, height: PANEL.height })),
    xAxis: spots.map((_, gridIndex) => ({ ...axis, gridIndex })),
    yAxis: spots.map((_, gridIndex) => ({ ...axis, gridIndex })),
    series: spots.flatMap((_, panel) => [
      ...series.flatMap((line, index) => (index === panel ? [] : [panelLine(line, panel, FAINT, 1)])),
      panelLine(series[panel] as Series, panel, colour(panel), 2),
    ]),
  };
}

function panelLine({ points, endsEarly }: Series, panel: number, color: string, width: number): LineSeriesOption {
  const isOwn = color !== FAINT;
  const last = points.length - 1;
  return {
    type: "line",
    xAxisIndex: panel,
    yAxisIndex: panel,
    color,
    lineStyle: { width },
    z: isOwn ? 3 : 2,
    showAllSymbol: true,
    data: points.map((value, index) => {
      const isMarked = isOwn && endsEarly && index === last;
      return { value, symbol: isMarked ? "circle" : "none", symbolSize: 8 };
    }),
  };
}

/** The background is white, so that the plot is also readable on a dark page. */
export async function renderPlot(plot: Plot): Promise<string> {
  const { init } = await import("echarts");
  const rows = Math.ceil(plot.series.length / COLUMNS);
  const height =
    plot.layout === "together"
      ? TOGETHER_HEIGHT
      : PANEL.top + rows * (PANEL.height + PANEL.below) - PANEL.below + PANELS_BOTTOM;
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
  chart.setOption({
    animation: false,
    backgroundColor: BACKGROUND,
    textStyle: { fontFamily: FONT },
    ...(plot.layout === "together" ? together(plot) : panels(plot)),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
