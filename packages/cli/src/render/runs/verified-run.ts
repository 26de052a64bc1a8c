import type { Problem, RepairedRun, VerifiedRun } from '@forge-ml/core';
import { printable } from '@forge-ml/core/text';
import type { Colors } from '../../terminal/colors.js';

/** A run in one line, and below it its problems, the repairs, and what still loads. */
export function renderVerifiedRun(found: VerifiedRun | RepairedRun, colors: Colors): string {
  const run = printable(found);
  const { experiment, number, problems, damaged } = run;
  const now = 'after' in run ? run.after : run;
  return [
    `${colors.bold(`${experiment}/${number}`)}  ${verdict(damaged, now.damaged, colors)}`,
    ...problems.map((problem) => `  ${renderProblem(problem, colors)}`),
    ...repairs(run),
    ...(damaged ? [`  ${renderLoadable(now.loadable)}`] : []),
  ].join('\n');
}

function verdict(before: boolean, now: boolean, colors: Colors): string {
  if (now) return colors.red('damaged');
  return before ? colors.yellow('repaired') : colors.green('valid');
}

function renderProblem({ kind, path, message, damage }: Problem, colors: Colors): string {
  return `${damage ? colors.red(kind) : colors.dim(kind)}  ${path === '.' ? 'the folder' : path} ${message}`;
}

function renderLoadable({ checkpoints, code, run }: VerifiedRun['loadable']): string {
  const steps = checkpoints.length === 0 ? 'no checkpoint' : `checkpoint ${checkpoints.join(', ')}`;
  if (run) return `Still loadable: ${steps}; a resume starts from step ${checkpoints.at(-1) ?? 0}.`;
  return `Still loadable: ${steps}; it cannot be resumed${code ? '' : ', and its code is refused'}.`;
}

function repairs(run: VerifiedRun | RepairedRun): string[] {
  if (!('moved' in run)) return [];
  const remaining = run.after.problems.filter(({ damage }) => damage);
  return [
    ...run.moved.map(({ from, to }) => `  moved ${from} to ${to}`),
    ...remaining.map(({ kind, path }) => {
      return `  not repaired: ${path}; ${kind === 'unreadable' ? 'make it readable' : 'restore it from a backup'}`;
    }),
  ];
}

export function renderVerifySummary(
  runs: readonly (VerifiedRun | RepairedRun)[],
  { deep, damaged }: { readonly deep: boolean; readonly damaged: number },
): string {
  const all = runs.length === 1 ? '1 run' : `${runs.length} runs`;
  const how = deep ? 'read every byte' : 'checked sizes and manifests; --deep reads every byte';
  return `${all}, ${damaged === 0 ? 'none' : damaged} damaged (${how}).`;
}
