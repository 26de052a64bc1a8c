import type { ResolvedFlags } from '@forge-ml/core';
import { toKebab } from '@forge-ml/core/cli';
import type { MarkedCheckpoint, RunDetails } from '@forge-ml/core/manage';
import { formatCount, formatDuration, formatNumber, printable } from '@forge-ml/core/text';
import type { Colors } from '../../terminal/colors.js';
import { statParts } from '../../terminal/numbers.js';
import { shortPath } from '../../terminal/paths.js';
import { fitTable } from '../../terminal/table.js';
import { padText, textWidth, widestOf } from '../../terminal/text-width.js';
import { wrapParts, wrapWords } from '../../terminal/wrap.js';
import { renderStatus } from '../status.js';
import { initParts } from '../train-lines.js';
import { localTime } from './run-cell.js';

/** A run on one page: facts, flags, checkpoints, and the command that resumes it. */
export function renderRunDetails(found: RunDetails, colors: Colors, columns: number): string {
  const details = printable(found);
  const { record, run, flags, checkpoints, resume } = details;
  const title = `${colors.bold(`${record.experiment}/${record.number}`)}  ${renderStatus(record.status, colors)}`;
  return [
    `${title}  ${shortPath(run)}`,
    ...renderFacts(facts(details), colors, columns),
    ...section('FLAGS', renderFlags(flags, colors, columns), colors),
    ...section('CHECKPOINTS', renderCheckpoints(checkpoints, colors, columns), colors),
    ...(resume === null ? [] : section(titleOfResume(record), `  ${resume}`, colors)),
  ].join('\n');
}

function titleOfResume({ status, code }: RunDetails['record']): string {
  const what = status === 'completed' ? 'TO TRAIN FURTHER' : 'TO RESUME';
  return code === 'in-memory' ? `${what}, IN ITS SCRIPT` : what;
}

/** The versions of Forge and Node, the plugin and the engine's libraries: a resume compares them. */
function versionParts({ versions, backend, engine }: RunDetails['record']): string[] {
  const all = { ...versions, [backend.package]: backend.version, ...engine.versions };
  return Object.entries(all).map(([name, version]) => `${name} ${version}`);
}

/** A name and its values; one that fits a line is not broken. */
type Fact = readonly [name: string, ...parts: string[]];

function annotationFacts(annotations: RunDetails['annotations']): Fact[] {
  if (annotations === null) return [['annotations', 'invalid: see forge runs verify']];
  return [
    ['name', annotations.name],
    ['tags', ...annotations.tags],
    ['note', annotations.note],
  ];
}

function facts({ record, best, seconds, annotations }: RunDetails): Fact[] {
  const { engine, git, host, resumes, metrics, rerunOf, init, preprocessing = {} } = record;
  const bestParts = Object.entries(best).map(
    ([split, metrics]): Fact => [
      `best ${split}`,
      ...Object.entries(metrics).map(([name, { value, step }]) => `${name} ${formatNumber(value)} (step ${step})`),
    ],
  );
  return [
    ...annotationFacts(annotations),
    ['reason', record.reason ?? ''],
    ['progress', `step ${record.step}, epoch ${record.epoch}`],
    ...Object.entries(metrics).map(([split, stats]): Fact => [split, ...statParts(stats)]),
    ...bestParts,
    ['started', localTime(record.created)],
    ['time', seconds === null ? '' : formatDuration(seconds)],
    ['rerun of', rerunOf === undefined ? '' : `${rerunOf.experiment}/${rerunOf.number}`],
    ['initialized', ...(init === undefined ? [] : initParts(init).reverse())],
    ['resumed', ...resumes.map(({ time, step }) => `${localTime(time)} at step ${step}`)],
    ['preprocessing', ...Object.keys(preprocessing).map((name) => `preprocessing/${name}.json`)],
    ['backend', `${record.backend.name}, engine ${engine.engine} on ${engine.device}`],
    ['settings', ...Object.entries(engine.settings ?? {}).map(([name, value]) => `${name} ${value}`)],
    ['versions', ...versionParts(record)],
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

/** The facts that are copied to a command line: they stay whole on any terminal. */
const copied = ['command', 'directory'];

function renderFacts(facts: readonly Fact[], colors: Colors, columns: number): string[] {
  const known = facts.filter(([, ...parts]) => parts.some((part) => part.trim() !== ''));
  const width = widestOf(known.map(([name]) => name));
  return known.map(([name, ...parts]) => {
    const lead = `  ${colors.dim(padText(name, width))}`;
    if (name === 'note') return wrapWords(parts.join(' '), columns, lead);
    const room = columns - width - 4;
    const lines = (part: string) => (textWidth(part) <= room ? [part] : wrapWords(part, room).split('\n'));
    return wrapParts(lead, copied.includes(name) ? parts : parts.flatMap(lines), columns);
  });
}

function renderFlags(flags: ResolvedFlags, colors: Colors, columns: number): string {
  const rows = Object.entries(flags).map(([name, flag]) => ({ name, ...flag }));
  const { text, dropped } = fitTable(
    rows,
    [
      { title: '', cell: ({ name }) => `  --${toKebab(name)}` },
      { title: '', cell: ({ value }) => (value === null ? colors.dim('–') : String(value)) },
      { title: '', drop: 1, cell: ({ source }) => (source === 'default' ? colors.dim(source) : source) },
    ],
    colors.dim,
    columns,
  );
  if (dropped.length === 0) return text;
  const note = 'No room for where each value is from: a wider terminal, or --json, shows it.';
  return `${text}\n  ${colors.dim(wrapWords(note, columns - 2).replaceAll('\n', '\n  '))}`;
}

/** Checkpoints shown, the newest ones: a run can have thousands. */
const mostCheckpoints = 50;

function renderCheckpoints(checkpoints: readonly MarkedCheckpoint[], colors: Colors, columns: number): string {
  if (checkpoints.length === 0) return '  none yet';
  const shown = checkpoints.slice(-mostCheckpoints);
  const width = widestOf(shown.map(({ step }) => String(step)));
  const more = checkpoints.length - shown.length;
  const rest = more === 0 ? [] : [`  and ${formatCount(more)} older, which --json lists`];
  const lines = shown.map(({ step, time, metrics, best, bestBy, damage }) => {
    const splits = Object.entries(metrics).flatMap(([split, stats]) => {
      return statParts(stats).map((part, index) => (index === 0 ? `${colors.dim(split)} ${part}` : part));
    });
    const when = time === null ? [] : [localTime(time)];
    const lead = [`  ${padText(String(step), width, 'right')}`, ...when].join('  ');
    const [first, ...others] = bestBy;
    const mark =
      best || first !== undefined ? [[colors.green('best'), first ?? ''].join(' ').trimEnd(), ...others] : [];
    return wrapParts(lead, damage === null ? [...splits, ...mark] : [colors.red('corrupt'), damage], columns);
  });
  return [...lines, ...rest].join('\n');
}

function section(title: string, body: string, colors: Colors): string[] {
  return ['', colors.bold(title), body];
}
