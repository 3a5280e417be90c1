import type { ContenderName } from "./contenders.ts";
import type { HitRatios } from "./hit-ratios.ts";

/** How a contender is drawn. */
interface Stroke {
  readonly name: ContenderName;
  readonly colour: string;
  readonly width: number;
  readonly dashes?: string;
  readonly dots?: boolean;
}

/** From the bottom upwards: the exact ones are broad bands on which ours lie. Colours by M. Okabe and K. Ito, told apart by everybody. */
const strokes: readonly Stroke[] = [
  { name: "optimum", colour: "#777777", width: 1.5, dashes: "5 3" },
  { name: "exact fifo", colour: "#f0cf9a", width: 7 },
  { name: "exact lru", colour: "#a9d3ee", width: 7 },
  { name: "fifo", colour: "#e69f00", width: 1.5, dots: true },
  { name: "lru", colour: "#0072b2", width: 1.5, dots: true },
  { name: "s3fifo", colour: "#009e73", width: 2, dots: true },
];

const columns = 4;
const panel = { width: 258, height: 200 } as const;
/** The part of a panel that its axes span. */
const inner = { left: 40, top: 30, width: 196, height: 124 } as const;
const legendHeight = 40;
const margin = 12;

/** Hit ratios over sizes as an SVG document: a panel for each trace, the sizes on a logarithmic scale. */
export function plot(results: readonly HitRatios[]): string {
  const panels = [...Map.groupBy(results, ({ trace }) => trace)];
  const width = Math.min(columns, Math.max(2, panels.length)) * panel.width + 2 * margin;
  const height = Math.ceil(panels.length / columns) * panel.height + legendHeight + 2 * margin;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11" fill="#333333">`,
    `<title>Hit ratios by trace and cache size</title>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...legend(),
    ...panels.flatMap(([trace, ofTrace], at) => [
      `<g transform="translate(${margin + (at % columns) * panel.width} ${margin + legendHeight + Math.floor(at / columns) * panel.height})">`,
      ...panelOf(trace, ofTrace),
      `</g>`,
    ]),
    `</svg>`,
    ``,
  ].join("\n");
}

function legend(): string[] {
  return strokes.map((stroke, at) => {
    const x = margin + inner.left + at * 105;
    const y = margin + 10;
    return `<g>${lineOf(stroke, [
      [x, y],
      [x + 26, y],
    ])}<text x="${x + 34}" y="${y + 4}">${stroke.name}</text></g>`;
  });
}

function panelOf(trace: string, results: readonly HitRatios[]): string[] {
  const sizes = results.map(({ size }) => size);
  const [least, greatest] = [Math.min(...sizes), Math.max(...sizes)];
  const place = (size: number): number => (greatest === least ? 0.5 : Math.log(size / least) / Math.log(greatest / least));
  const x = (size: number): number => inner.left + place(size) * inner.width;
  const y = (percent: number): number => inner.top + (1 - percent / 100) * inner.height;
  const [left, right, bottom] = [inner.left - 6, inner.left + inner.width + 6, inner.top + inner.height];
  return [
    `<text x="${left}" y="${inner.top - 12}" font-weight="600" font-size="13">${escaped(trace)}</text>`,
    ...[0, 25, 50, 75, 100].map(
      (percent) =>
        `<path d="M${left} ${y(percent)}H${right}" stroke="#dddddd"/><text x="${left - 5}" y="${y(percent) + 4}" text-anchor="end">${percent}%</text>`,
    ),
    ...sizes.map(
      (size) =>
        `<path d="M${fixed(x(size))} ${bottom}v4" stroke="#777777"/><text x="${fixed(x(size))}" y="${bottom + 15}" text-anchor="middle" font-size="10">${size}</text>`,
    ),
    `<text x="${(left + right) / 2}" y="${bottom + 31}" text-anchor="middle" fill="#777777">entries kept</text>`,
    ...strokes.map((stroke) =>
      lineOf(
        stroke,
        results.map(({ size, percent }) => [x(size), y(percent[stroke.name])]),
      ),
    ),
  ];
}

function lineOf({ colour, width, dashes, dots }: Stroke, points: readonly (readonly [x: number, y: number])[]): string {
  const places = points.map(([x, y]) => `${fixed(x)} ${fixed(y)}`);
  const style = `stroke="${colour}" stroke-width="${width}"${dashes ? ` stroke-dasharray="${dashes}"` : ""}`;
  const line = `<path d="M${places.join("L")}" fill="none" stroke-linejoin="round" stroke-linecap="round" ${style}/>`;
  const circles = dots ? points.map(([x, y]) => `<circle cx="${fixed(x)}" cy="${fixed(y)}" r="2.5" fill="${colour}"/>`) : [];
  return [line, ...circles].join("");
}

function fixed(number: number): string {
  return String(Number(number.toFixed(1)));
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
