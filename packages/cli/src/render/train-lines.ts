import type { PreparedRun, Run, RunInit, StopSignal, TrainResult } from '@forge-ml/core';
import { formatDuration, printable, printableText } from '@forge-ml/core/text';
import type { Colors } from '../terminal/colors.js';
import { statParts } from '../terminal/numbers.js';
import { runReference, shortPath } from '../terminal/paths.js';
import { wrapParts } from '../terminal/wrap.js';

/** The first lines of a run: its name, its folder, and the engine and device it runs on. */
export function renderBeginning(run: Run, { engine, reopened, startsFrom }: PreparedRun, colors: Colors): string {
  const { backend, engine: name, device } = printable(engine.info);
  const repeated = startsFrom?.origin ?? null;
  const origin = repeated === null ? '' : `, with the code and flags of ${originName(repeated)}`;
  const resumed = reopened === null ? origin : `, resumed at step ${run.from.step}`;
  return [
    `${colors.bold(printableText(run.id))}  ${shortPath(run.folder)}${resumed}`,
    `${backend}, engine ${name} on ${device}`,
    ...(run.init === undefined || reopened !== null ? [] : [`Initialized ${initParts(run.init).join(' from ')}.`]),
  ].join('\n');
}

/** `12 of 14 parameters` and `churn/9, step 500`, or `the moving average of churn/9, step 500`. */
export function initParts({ from, step, weights, matched, parameters }: RunInit): [count: string, source: string] {
  const average = weights === 'ema' ? 'the moving average of ' : '';
  const source = average + printableText(from) + (step === null ? '' : `, step ${step}`);
  return [`${matched} of ${parameters} parameters`, source];
}

function originName({ experiment, number }: { readonly experiment: string; readonly number: number }): string {
  return printableText(`${experiment}/${number}`);
}

export function renderStopping(signal: StopSignal, colors: Colors): string {
  const again = signal === 'SIGINT' ? 'Ctrl-C again' : 'A second signal';
  return `${colors.yellow('Stopping')} after this step and saving. ${again} ends it at once, unsaved.`;
}

/** The last lines of a run: how it ended, its metrics and its folder. */
export function renderEnd(result: TrainResult, seconds: number, colors: Colors, columns: number): string {
  const { status, reason, step, metrics, run, restoredFrom } = printable(result);
  const after = `at step ${step} after ${formatDuration(seconds)}`;
  const first =
    status === 'completed'
      ? `${colors.green('Completed')} ${after}${reason === null ? '.' : `: ${reason}`}`
      : `${colors.yellow('Stopped')} ${after}. To resume: forge train --resume ${runReference(result)}`;
  const splits = Object.entries(metrics).map(([split, stats]) =>
    wrapParts(colors.bold(split), statParts(stats), columns),
  );
  const restored = restoredFrom === null ? [] : [`The model is that of step ${restoredFrom}, the best.`];
  return [first, ...restored, ...splits, shortPath(run)].join('\n');
}
