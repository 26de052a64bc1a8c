import { toKebab } from '@forge-ml/core/flags';
import type { CodeDifference, Difference, Fact, MeasuredValue, RunDiff } from '@forge-ml/core/runs';
import { printableText } from '@forge-ml/core/text';
import type { Colors } from '../../terminal/colors.js';
import { wrapWords } from '../../terminal/wrap.js';
import { formatFact, formatMetrics } from './compared-values.js';
import { renderSides, type SideRow, type SideSection } from './side-by-side.js';

/** What differs between two runs, in sections; what does not differ is named in one sentence. */
export function renderRunDiff(diff: RunDiff, colors: Colors, columns: number): string {
  const { flags, code, facts, last, best, notCompared } = diff;
  const names = [diff.a.name, diff.b.name].map(printableText) as [string, string];
  const sections: SideSection[] = [
    { title: 'FLAGS', rows: flags.map(flagRow) },
    { title: 'PROGRESS', rows: facts.progress.map(factRow) },
    { title: 'GIT', rows: facts.git.map(factRow) },
    { title: 'VERSIONS', rows: facts.versions.map(factRow) },
    { title: 'DATA', rows: facts.data.map(factRow) },
    { title: 'ENGINE', rows: facts.engine.map(factRow) },
    { title: 'BEST METRICS', rows: best.map(bestRow) },
    { title: 'LAST METRICS', rows: last.map(lastRow) },
  ].filter(({ rows }) => rows.length > 0);
  const parts: string[] = [];
  if (sections.length > 0) parts.push(renderSides(sections, names, colors, columns));
  if (code.length > 0) parts.push(renderCode(code, colors));
  const equal = equalParts(diff);
  if (diff.same) parts.push(wrapWords(`${names[0]} and ${names[1]} do not differ in ${listed(equal)}.`, columns));
  else if (equal.length > 0) parts.push(wrapWords(`No difference in ${listed(equal)}.`, columns));
  if (notCompared.includes('code')) {
    parts.push(wrapWords('Code is not compared: a run of configs in memory stores none.', columns));
  }
  return parts.join('\n\n');
}

function equalParts({ flags, code, facts, last, best, notCompared }: RunDiff): string[] {
  const lists: Readonly<Record<string, readonly unknown[]>> = {
    flags,
    code,
    progress: facts.progress,
    git: facts.git,
    versions: facts.versions,
    data: facts.data,
    engine: facts.engine,
    metrics: [...last, ...best],
  };
  const skipped: readonly string[] = notCompared;
  return Object.keys(lists).filter((name) => lists[name]!.length === 0 && !skipped.includes(name));
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function flagRow({ name, a, b }: RunDiff['flags'][number]): SideRow {
  const cell = (flag: typeof a) => (flag === null ? '–' : `${formatFact(flag.value)} (${printableText(flag.source)})`);
  return { name: printableText(`--${toKebab(name)}`), cells: [cell(a), cell(b)] };
}

function factRow({ name, a, b }: Difference<Fact>): SideRow {
  return { name: printableText(name), cells: [formatFact(a), formatFact(b)] };
}

function bestRow({ name, a, b }: Difference<MeasuredValue>): SideRow {
  const values = formatMetrics([a?.value ?? null, b?.value ?? null]);
  const cells = [a, b].map((side, at) => (side === null ? '–' : `${values[at]} (step ${side.step})`));
  return { name: printableText(name), cells };
}

function lastRow({ name, a, b }: Difference<number>): SideRow {
  const values = formatMetrics([a, b]);
  return { name: printableText(name), cells: [a, b].map((side, at) => (side === null ? '–' : values[at]!)) };
}

/** A list of the files, then their unified diffs, which `git apply` and `patch` understand. */
function renderCode(code: readonly CodeDifference[], colors: Colors): string {
  const files = code.map(({ path, change, reason }) => {
    return `  ${change} ${printableText(path)}${reason === null ? '' : ` (${printableText(reason)})`}`;
  });
  const patches = code.flatMap(({ patch }) => (patch === null ? [] : ['', ...patchLines(patch, colors)]));
  return [colors.bold('CODE'), ...files, ...patches].join('\n');
}

function patchLines(patch: string, colors: Colors): string[] {
  return patch
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      const text = line.split('\t').map(printableText).join('\t');
      if (/^(---|\+\+\+) /.test(text)) return colors.bold(text);
      if (text.startsWith('@@')) return colors.cyan(text);
      if (text.startsWith('+')) return colors.green(text);
      return text.startsWith('-') ? colors.red(text) : text;
    });
}
