import type { ResolvedFlags } from '@forge-ml/core';
import { toKebab } from '@forge-ml/core';
import type { ListedCheckpoint, RunDetails } from '../data/run-details.js';
import type { Colors } from './colors.js';
import { formatDuration, formatNumber, formatStats } from './numbers.js';
import { shortPath } from './paths.js';
import { printable } from './printable.js';
import { localTime } from './run-list.js';
import { renderStatus } from './status.js';
import { renderTable } from './table.js';

/** A run on one page: how it went, what it ran on, its flags, its checkpoints, and how to go on with it. */
export function renderRunDetails(found: RunDetails, colors: Colors): string {
  const details = printable(found);
  const { record, run, flags, checkpoints, resume } = details;
  const title = `${colors.bold(`${record.experiment}/${record.number}`)}  ${renderStatus(record.status, colors)}`;
  return [
    `${title}  ${shortPath(run)}`,
    ...renderFacts(facts(details), colors),
    ...section('FLAGS', renderFlags(flags, colors), colors),
    ...section('CHECKPOINTS', renderCheckpoints(checkpoints, colors), colors),
    ...(resume === null
      ? []
      : section(record.status === 'completed' ? 'TO TRAIN FURTHER' : 'TO GO ON', `  ${resume}`, colors)),
  ].join('\n');
}

function facts({ record, best }: RunDetails): [string, string][] {
  const { engine, git, host, resumes, metrics } = record;
  const bestText = best.map(({ metric, value, step }) => `${metric} ${formatNumber(value)} (step ${step})`).join(', ');
  return [
    ['reason', record.reason ?? ''],
    ['progress', `step ${record.step}, epoch ${record.epoch}`],
    ...Object.entries(metrics).map(([split, stats]): [string, string] => [split, formatStats(stats)]),
    ['best valid', bestText],
    ['started', `${localTime(record.created)}${took(record.created, record.ended)}`],
    ['resumed', resumes.map(({ time, step }) => `${localTime(time)} at step ${step}`).join(', ')],
    ['backend', `${record.backend.name}, engine ${engine.engine} on ${engine.device}`],
    [
      'settings',
      Object.entries(engine.settings ?? {})
        .map(([name, value]) => `${name} ${value}`)
        .join(', '),
    ],
    [
      'versions',
      Object.entries(record.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
    ['host', `${host.hostname ?? record.process.host}, ${host.cpus ?? '?'} × ${host.cpu ?? 'CPU'}`],
    [
      'git',
      git === null
        ? ''
        : `${git.commit ?? 'no commit'} ${git.branch ?? ''}${git.dirty ? ', with changes (git.diff)' : ''}`,
    ],
    ['command', record.command.slice(2).join(' ')],
    ['directory', record.directory],
  ];
}

function took(from: string, to: string | null): string {
  const seconds = to === null ? Number.NaN : (Date.parse(to) - Date.parse(from)) / 1000;
  return Number.isNaN(seconds) ? '' : `, ended after ${formatDuration(seconds)}`;
}

function renderFacts(facts: readonly [string, string][], colors: Colors): string[] {
  const said = facts.filter(([, text]) => text.trim() !== '');
  const width = Math.max(...said.map(([name]) => name.length));
  return said.map(([name, text]) => `  ${colors.dim(name.padEnd(width))}  ${text}`);
}

function renderFlags(flags: ResolvedFlags, colors: Colors): string {
  const rows = Object.entries(flags).map(([name, flag]) => ({ name, ...flag }));
  return renderTable(
    rows,
    [
      { title: '', cell: ({ name }) => `  --${toKebab(name)}` },
      { title: '', cell: ({ value }) => (value === null ? colors.dim('–') : String(value)) },
      { title: '', cell: ({ source }) => (source === 'default' ? colors.dim(source) : source) },
    ],
    colors.dim,
  );
}

function renderCheckpoints(checkpoints: readonly ListedCheckpoint[], colors: Colors): string {
  if (checkpoints.length === 0) return '  none yet';
  const rows = checkpoints.map(({ step, time, metrics, damage }) => {
    const splits = Object.entries(metrics).map(([split, stats]) => `${colors.dim(split)} ${formatStats(stats)}`);
    const text = damage === null ? splits.join('  ') : `${colors.red('damaged')}  ${damage}`;
    return { step, time: time === null ? '' : localTime(time), text };
  });
  return renderTable(
    rows,
    [
      { title: '', align: 'right', cell: ({ step }) => `  ${step}` },
      { title: '', cell: ({ time }) => time },
      { title: '', cell: ({ text }) => text },
    ],
    colors.dim,
  );
}

function section(title: string, body: string, colors: Colors): string[] {
  return ['', colors.bold(title), body];
}
