import { formatNumber } from '@forge-ml/core/text';
import type { History } from '@forge-ml/plot';
import type { SweepTrial } from '../../protocol/sweep-page.js';
import { nearestPoint } from '../figures/nearest-point.js';
import { acrossOf, boxOf, PlotAxes, upOf } from '../figures/plot-axes.js';

interface HistoryPlotProps {
  readonly history: History;
  readonly trials: readonly SweepTrial[];
  readonly width: number;
  readonly height: number;
  readonly emphasized: number | undefined;
  readonly onEmphasize: (trial: number | undefined) => void;
}

/** Trials as points in their order, and the best so far as a line. Trials that failed are crosses at the bottom. */
export function HistoryPlot({ history, trials, width, height, emphasized, onEmphasize }: HistoryPlotProps) {
  const { x, y, best, winner } = history;
  const up = { title: y.title, ticks: y.ticks(Math.max(2, Math.round((height - 64) / 48))) };
  const box = boxOf(width, height, up);
  const ticks = x.ticks(Math.max(2, Math.floor((box.right - box.left) / 64)));
  const whole = ticks.filter(({ value }) => Number.isInteger(value) && value > 0);
  const across = { title: 'trial', ticks: whole.map(({ value, label }) => ({ place: x.place(value), label })) };
  const xOf = (trial: number) => acrossOf(box, x.place(trial));
  const yOf = (value: number) => upOf(box, y.place(value)!);
  const stateOf = new Map(trials.map(({ trial, state }) => [trial, state]));
  const failed = trials.filter(({ state }) => state === 'failed');
  const line = best.x.map((trial, at) => `${at === 0 ? 'M' : 'L'}${xOf(trial)},${yOf(best.y[at]!)}`).join('');
  const shown = history.trials.find(({ trial }) => trial === emphasized);
  const near = (event: PointerEvent) =>
    nearestPoint(event, history.trials, ({ trial, value }) => [xOf(trial), yOf(value)])?.trial;
  return (
    <>
      <svg
        class="figure-svg"
        width={width}
        height={height}
        role="img"
        aria-label={summaryOf(history, failed.length)}
        onPointerMove={(event) => onEmphasize(near(event))}
        onPointerLeave={() => onEmphasize(undefined)}
      >
        <PlotAxes box={box} across={across} up={up} />
        {history.trials.map(({ trial, value }) => (
          <TrialMark
            key={trial}
            x={xOf(trial)}
            y={yOf(value)}
            state={stateOf.get(trial)!}
            isShown={trial === emphasized}
          />
        ))}
        {failed.map(({ trial }) => (
          <text key={trial} class="trial-failed" x={xOf(trial)} y={box.bottom - 3} text-anchor="middle">
            ✕<title>trial {trial} failed</title>
          </text>
        ))}
        <path class="history-best" d={line} />
        {winner !== undefined && <circle class="figure-best" cx={xOf(winner.trial)} cy={yOf(winner.value)} r={7} />}
        {shown !== undefined && (
          <text class="figure-readout" x={width} y={14} text-anchor="end">
            {shown.name}: {formatNumber(shown.value)}, {stateOf.get(shown.trial)}
          </text>
        )}
      </svg>
      <p class="figure-key">
        ● completed □ stopped early ○ not ended <span class="status failed">✕</span> failed ─ best so far
      </p>
    </>
  );
}

interface TrialMarkProps {
  readonly x: number;
  readonly y: number;
  readonly state: SweepTrial['state'];
  readonly isShown: boolean;
}

/** A trial that ended is a point, one that was stopped early a square, one that goes on a ring. */
function TrialMark({ x, y, state, isShown }: TrialMarkProps) {
  const size = isShown ? 5 : 3.5;
  if (state === 'stopped') {
    return <rect class="trial-stopped" x={x - size * 0.8} y={y - size * 0.8} width={size * 1.6} height={size * 1.6} />;
  }
  return <circle class={`trial-${state === 'completed' ? 'completed' : 'open'}`} cx={x} cy={y} r={size} />;
}

function summaryOf({ trials, winner, y }: History, failed: number): string {
  const best = winner === undefined ? '' : ` Best: ${winner.name}, ${formatNumber(winner.value)}.`;
  return `${y.name} of ${trials.length} trials.${best}${failed === 0 ? '' : ` ${failed} failed.`}`;
}
