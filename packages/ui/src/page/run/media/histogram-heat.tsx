import { useEffect, useRef } from 'preact/hooks';
import type { HistogramContent } from '../../../protocol/run-view.js';
import { densities } from './histogram.js';

export interface StepHistogram {
  readonly step: number;
  readonly histogram: HistogramContent;
}

interface HistogramHeatProps {
  readonly steps: readonly StepHistogram[];
  /** The values at the lower and the upper edge. */
  readonly from: number;
  readonly to: number;
  /** The step at the slider. */
  readonly step: number;
  readonly label: string;
}

const rows = 60;

/** Histograms over steps: a column for each, the darker the denser. The browser enlarges it to the size of the page. */
export function HistogramHeat({ steps, from, to, step, label }: HistogramHeatProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const at = steps.findLastIndex((each) => each.step <= step);
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    context.clearRect(0, 0, steps.length, rows);
    context.fillStyle = getComputedStyle(canvas.current!).color;
    for (const [column, { histogram }] of steps.entries()) {
      for (const [row, density] of densities(histogram, from, to === from ? from + 1 : to, rows).entries()) {
        context.globalAlpha = Math.sqrt(density);
        context.fillRect(column, rows - 1 - row, 1, 1);
      }
    }
  }, [steps, from, to, document.documentElement.dataset.theme]);
  return (
    <div class="heat">
      <canvas ref={canvas} width={steps.length} height={rows} role="img" aria-label={label} />
      {at >= 0 && <span class="heat-step" style={{ left: `${(100 * (at + 0.5)) / steps.length}%` }} />}
    </div>
  );
}
