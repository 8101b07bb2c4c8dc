/**
 * Where the pages are in the picture: rows of a power of two of pages, so that a row begins at a round address, and a
 * camera that looks at a part of them. Pages are rectangles, so that all of them together fill the picture.
 */
export interface Grid {
  pages: number;
  columns: number;
  rows: number;
  /** Height of a page divided by its width. */
  aspect: number;
}

export interface Camera {
  /** Width of a page in CSS pixels. */
  scale: number;
  /** The page coordinates (column, row) at the picture's top left corner. */
  x: number;
  y: number;
}

export interface Box {
  width: number;
  height: number;
}

/** Pages get at most this width: then the 32 x 32 words of a page can be read. */
const LARGEST_SCALE = 3200;
/** The best shape of a page. */
const GOOD_ASPECT = 0.7;
const FEWEST_COLUMNS = 32;
const MOST_COLUMNS = 4096;

/** The grid that fills a box with pages of the best shape. */
export function gridFor(pages: number, { width, height }: Box): Grid {
  const gridOf = (columns: number): Grid => {
    const rows = Math.ceil(pages / columns);
    return { pages, columns, rows, aspect: height / rows / (width / columns) || 1 };
  };
  const badness = ({ aspect }: Grid) => Math.abs(Math.log(aspect / GOOD_ASPECT));
  let best = gridOf(FEWEST_COLUMNS);
  for (let columns = 2 * FEWEST_COLUMNS; columns <= MOST_COLUMNS; columns *= 2) {
    const grid = gridOf(columns);
    if (badness(grid) < badness(best)) best = grid;
  }
  return best;
}

/** The camera that shows everything. */
export function wholeView({ columns }: Grid, { width }: Box): Camera {
  return { scale: width / columns, x: 0, y: 0 };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}

/** Keeps the camera over the pages. */
export function within({ scale, x, y }: Camera, grid: Grid, box: Box): Camera {
  const clamped = clamp(scale, wholeView(grid, box).scale, LARGEST_SCALE);
  return {
    scale: clamped,
    x: clamp(x, 0, grid.columns - box.width / clamped),
    y: clamp(y, 0, grid.rows - box.height / (clamped * grid.aspect)),
  };
}

/** Zooms by a factor; what is at (x, y) of the box stays there. */
export function zoomed(camera: Camera, factor: number, x: number, y: number, grid: Grid, box: Box): Camera {
  const scale = clamp(camera.scale * factor, wholeView(grid, box).scale, LARGEST_SCALE);
  const moved = 1 / camera.scale - 1 / scale;
  return within({ scale, x: camera.x + x * moved, y: camera.y + (y / grid.aspect) * moved }, grid, box);
}

/** The page at (x, y) of the box; null beside the pages. */
export function pageAt({ scale, ...camera }: Camera, { columns, pages, aspect }: Grid, x: number, y: number) {
  const column = Math.floor(camera.x + x / scale);
  const row = Math.floor(camera.y + y / (scale * aspect));
  const page = row * columns + column;
  return column < 0 || column >= columns || row < 0 || page >= pages ? null : page;
}

/** Where a page is in the box. */
export function boxOf(
  { scale, x, y }: Camera,
  { columns, aspect }: Grid,
  page: number,
): Box & { x: number; y: number } {
  return {
    x: ((page % columns) - x) * scale,
    y: (Math.floor(page / columns) - y) * scale * aspect,
    width: scale,
    height: scale * aspect,
  };
}

/** Moves the camera only if the page is not in sight. */
export function showing(camera: Camera, page: number, grid: Grid, box: Box): Camera {
  const { x, y, width, height } = boxOf(camera, grid, page);
  if (x >= -1 && y >= -1 && x + width <= box.width + 1 && y + height <= box.height + 1) return camera;
  const { scale } = camera;
  const column = (page % grid.columns) + 0.5;
  const row = Math.floor(page / grid.columns) + 0.5;
  const centred = { scale, x: column - box.width / scale / 2, y: row - box.height / (scale * grid.aspect) / 2 };
  return within(centred, grid, box);
}

/** The pages in sight, row by row, at most `most`. */
export function pagesInSight(camera: Camera, grid: Grid, box: Box, most: number): number[] {
  const pages: number[] = [];
  const right = Math.min(grid.columns, camera.x + box.width / camera.scale);
  const bottom = Math.min(grid.rows, camera.y + box.height / (camera.scale * grid.aspect));
  for (let row = Math.floor(camera.y); row < bottom; row++) {
    for (let column = Math.floor(camera.x); column < right; column++) {
      const page = row * grid.columns + column;
      if (pages.length === most) return pages;
      if (page < grid.pages) pages.push(page);
    }
  }
  return pages;
}

const LABEL_HEIGHT = 22;

/** Rows whose addresses are written beside the picture, and where: as many as do not touch each other. */
export function labelledRows({ scale, y }: Camera, { rows, aspect }: Grid, box: Box): { row: number; y: number }[] {
  const height = scale * aspect;
  if (height === 0) return [];
  const every = 2 ** Math.max(0, Math.ceil(Math.log2(LABEL_HEIGHT / height)));
  const labels: { row: number; y: number }[] = [];
  for (let row = Math.ceil(y / every) * every; row < Math.min(rows, y + box.height / height); row += every) {
    labels.push({ row, y: (row - y) * height });
  }
  return labels;
}
