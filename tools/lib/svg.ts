/** Line charts as plain SVG: no library, no script, readable in print. */
export interface Line {
  readonly label: string;
  readonly colour: string;
  readonly values: readonly (number | undefined)[];
  readonly dashed?: boolean;
}

export interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly Line[];
  /** Minutes to mark: where the service level was missed. */
  readonly marked?: readonly boolean[];
  readonly logarithmic?: boolean;
  /** A horizontal line with a name. */
  readonly limit?: { readonly value: number; readonly label: string };
  /** Hour of the day at the left edge. */
  readonly startHour: number;
}

const width = 1000;
const height = 240;
const margin = { left: 64, right: 16, top: 34, bottom: 28 };
const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };

export function chart({ title, unit, lines, marked, logarithmic, limit, startHour }: Chart): string {
  const points = Math.max(...lines.map((line) => line.values.length));
  const all = lines.flatMap((line) => line.values.filter((value) => value !== undefined && value > 0) as number[]);
  const most = Math.max(...all, limit?.value ?? 0, 1e-3);
  const axis = logarithmic === true ? logAxis(Math.min(...all, limit?.value ?? Infinity), most) : linearAxis(most);
  const x = (index: number) => margin.left + (inner.width * index) / Math.max(1, points - 1);
  const y = (value: number) => margin.top + inner.height * (1 - axis.at(value));
  const grid = axis.ticks.map(
    (tick) =>
      `<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${y(tick).toFixed(1)}" y2="${y(tick).toFixed(1)}"/>` +
      `<text class="tick" x="${margin.left - 8}" y="${(y(tick) + 4).toFixed(1)}" text-anchor="end">${label(tick)}</text>`,
  );
  const step = hourStep(points / 60);
  const hours: string[] = [];
  for (let hour = 0; hour * 60 < points; hour += step) {
    const text = `${String(Math.floor((startHour + hour) % 24)).padStart(2, "0")}:${String(Math.round((hour % 1) * 60)).padStart(2, "0")}`;
    hours.push(
      `<text class="tick" x="${x(hour * 60).toFixed(1)}" y="${height - 8}" text-anchor="middle">${text}</text>`,
    );
  }
  const marks = (marked ?? []).flatMap((mark, index) =>
    mark
      ? [`<rect class="mark" x="${(x(index) - 1.5).toFixed(1)}" y="${margin.top}" width="3" height="${inner.height}"/>`]
      : [],
  );
  let from = margin.left;
  const legend = lines.map((line) => {
    const text = `<g transform="translate(${from},26)"><line x1="0" x2="18" y1="-4" y2="-4" ${stroke(line)}/><text x="23" class="legend">${escape(line.label)}</text></g>`;
    from += 40 + line.label.length * 6.6;
    return text;
  });
  const paths = lines.map((line) => `<path d="${path(line.values, x, y, axis.least)}" fill="none" ${stroke(line)}/>`);
  const limits = limit
    ? [
        `<line class="limit" x1="${margin.left}" x2="${width - margin.right}" y1="${y(limit.value).toFixed(1)}" y2="${y(limit.value).toFixed(1)}"/>`,
        `<text class="limit-text" x="${width - margin.right - 4}" y="${(y(limit.value) - 4).toFixed(1)}" text-anchor="end">${escape(limit.label)}</text>`,
      ]
    : [];
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}">`,
    `<text class="title" x="${margin.left}" y="12">${escape(title)}, ${escape(unit)}</text>`,
    ...legend,
    ...grid,
    ...marks,
    ...limits,
    ...paths,
    ...hours,
    "</svg>",
  ].join("\n");
}

interface Axis {
  readonly least: number;
  readonly ticks: readonly number[];
  /** 0 at the bottom, 1 at the top. */
  readonly at: (value: number) => number;
}

function linearAxis(most: number): Axis {
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough)!;
  const top = Math.ceil((most * 1.02) / step) * step;
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
  return { least: 0, ticks, at: (value) => value / top };
}

function logAxis(least: number, most: number): Axis {
  const low = Math.floor(Math.log10(least));
  const high = Math.max(low + 1, Math.ceil(Math.log10(most * 1.02)));
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  return { least: 10 ** low, ticks, at: (value) => (Math.log10(value) - low) / (high - low) };
}

function path(values: Line["values"], x: (i: number) => number, y: (v: number) => number, least: number): string {
  let pen = "M";
  return values
    .map((value, index) => {
      if (value === undefined) {
        pen = "M";
        return "";
      }
      const command = `${pen}${x(index).toFixed(1)} ${y(Math.max(value, least)).toFixed(1)}`;
      pen = "L";
      return command;
    })
    .join("");
}

function stroke(line: Line): string {
  return `stroke="${line.colour}" stroke-width="1.6"${line.dashed === true ? ' stroke-dasharray="5 4"' : ""}`;
}

function hourStep(hours: number): number {
  return [0.25, 0.5, 1, 2, 3, 6].find((step) => hours / step <= 13) ?? 12;
}

function label(value: number): string {
  return value >= 1 || value === 0 ? String(Number(value.toFixed(1))) : String(Number(value.toPrecision(1)));
}

export function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
