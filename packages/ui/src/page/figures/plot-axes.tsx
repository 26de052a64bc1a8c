import type { AxisTick } from '@forge-ml/plot';

/** The area of a figure, in CSS pixels. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface PlotAxis {
  readonly title: string;
  readonly ticks: readonly AxisTick[];
}

export const acrossOf = ({ left, right }: Box, place: number) => left + place * (right - left);
export const upOf = ({ top, bottom }: Box, place: number) => bottom - place * (bottom - top);

/** About how wide a text of 12 pixels is. */
export function widthOf(text: string): number {
  return text.length * 7;
}

/** Room for the labels of the vertical axis. */
export function boxOf(width: number, height: number, up: PlotAxis): Box {
  const left = Math.max(36, ...up.ticks.map(({ label }) => Math.min(width / 4, widthOf(label)))) + 8;
  return { left, right: width - 16, top: 24, bottom: height - 40 };
}

/** Both axes, with lines at the labels of the vertical one. */
export function PlotAxes({ box, across, up }: { readonly box: Box; readonly across: PlotAxis; readonly up: PlotAxis }) {
  const { left, right, top, bottom } = box;
  const most = Math.floor((right - left) / Math.max(1, across.ticks.length) / 7);
  return (
    <g class="figure-axes">
      {up.ticks.map(({ place, label }) => (
        <g key={label}>
          <path class="figure-grid" d={`M${left},${upOf(box, place)}H${right}`} />
          <text x={left - 8} y={upOf(box, place) + 4} text-anchor="end">
            {label}
          </text>
        </g>
      ))}
      <path class="figure-axis" d={`M${left},${bottom}H${right}`} />
      {across.ticks.map(({ place, label }) => (
        <text key={label} x={acrossOf(box, place)} y={bottom + 16} text-anchor="middle">
          <title>{label}</title>
          {label.length > most ? `${label.slice(0, Math.max(1, most - 1))}…` : label}
        </text>
      ))}
      <text x={(left + right) / 2} y={bottom + 34} text-anchor="middle">
        {across.title}
      </text>
      <text x={left - 8} y={top - 10} text-anchor="start" class="figure-up-title">
        {up.title}
      </text>
    </g>
  );
}
