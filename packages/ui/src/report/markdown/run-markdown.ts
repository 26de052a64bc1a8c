import { formatCount, formatDuration } from '@forge-ml/core/text';
import type { RunView } from '../../protocol/run-view.js';
import { exactCell, metricCell } from './cell-text.js';
import { inCode, markdownTable, paragraphs } from './markdown-text.js';

/** A run in Markdown: facts, best values, flags that are not default. @param figures Markdown of its figures */
export function runMarkdown(view: RunView, metrics: RunView['metrics'], figures: string): string {
  const flags = view.flags.filter(({ isDefault }) => !isDefault);
  return paragraphs([
    `# ${inCode(view.label)}`,
    view.damage === null ? null : `**Damaged:** ${inCode(view.damage.message)}`,
    view.annotations.note === '' ? null : inCode(view.annotations.note),
    markdownTable(['fact', 'value'], factRows(view)),
    metrics.length === 0 ? null : '## Metrics',
    metrics.length === 0 ? null : markdownTable(['metric', 'best', 'last'], metrics.map(metricRow)),
    figures,
    flags.length === 0 ? null : '## Flags that are not default',
    flags.length === 0
      ? null
      : markdownTable(
          ['flag', 'value', 'from'],
          flags.map(({ name, value, source }) => [inCode(name), exactCell(value), source]),
        ),
  ]);
}

function metricRow({ address, best, last }: RunView['metrics'][number]): string[] {
  return [inCode(address), best === null ? '' : metricCell(best.value, best.step), metricCell(last)];
}

function factRows({ status, reason, step, seconds, created, environment, code }: RunView): string[][] {
  const fact = (group: string, name: string) =>
    environment.find(({ title }) => title === group)?.facts.find((fact) => fact.name === name)?.value ?? null;
  const rows: [string, string][] = [
    ['status', reason === null ? status : `${status}: ${inCode(reason)}`],
    ['steps', formatCount(step)],
    ['duration', seconds === null ? '' : formatDuration(seconds)],
    ['started', new Date(created).toISOString()],
    ['backend', exactCell(fact('Engine', 'backend'))],
    ['engine', exactCell(fact('Engine', 'engine'))],
    ['commit', code.commit === null ? '' : `${inCode(code.commit)}${code.dirty ? ', with uncommitted changes' : ''}`],
  ];
  return rows.filter(([, value]) => value !== '');
}
