import { formatNumber, printable } from '@forge-ml/core/text';
import type { DryRunReport, ShownArray } from '../actions/dry-run.js';
import type { Colors } from '../terminal/colors.js';
import { statParts } from '../terminal/numbers.js';
import { wrapParts, wrapWords } from '../terminal/wrap.js';
import { renderMemory } from './memory.js';
import { renderParameters } from './parameter-table.js';

/** What a run would train, and on what. */
export function renderDryRun(report: DryRunReport, colors: Colors, columns: number): string {
  const { backend, engine, batches, batch, examples, evaluation } = printable(report);
  const epochs = Object.entries(batches).map(([split, count]) => `${split} ${count ?? 'unknown'}`);
  return [
    `${colors.bold('Dry run')}  ${backend}, engine ${engine.engine} on ${engine.device}`,
    '',
    renderParameters(report.parameters, colors, columns, true),
    ...(report.memory === null ? [] : [wrapWords(renderMemory(report.memory), columns)]),
    '',
    wrapParts(colors.dim('batches an epoch'), epochs, columns),
    wrapParts(colors.dim('first batch'), arraysOf(batch), columns),
    ...examples.map((example, index) => {
      const parts = Object.entries(example).map(([name, array]) => `${name} ${renderArray(array)}`);
      return wrapParts(colors.dim(`example ${index + 1}`), parts, columns);
    }),
    wrapParts(colors.dim(`${evaluation.split}, one batch`), statParts(evaluation.metrics), columns),
    wrapParts(colors.dim('its outputs'), arraysOf(evaluation.outputs), columns),
    '',
    'Nothing was written. To train, omit --dry-run.',
  ].join('\n');
}

function arraysOf(batch: DryRunReport['batch']): string[] {
  return Object.entries(batch).map(([name, { dtype, shape }]) => `${name} ${dtype}[${shape.join(', ')}]`);
}

/** The first numbers that fit a narrow terminal. */
const mostShown = 4;

function renderArray({ shape, numbers }: ShownArray): string {
  const shown = numbers.slice(0, mostShown).map(formatNumber).join(', ');
  const count = shape.reduce((product, size) => product * size, 1);
  const more = count > mostShown ? ', …' : '';
  return shape.length === 0 ? shown : `[${shown}${more}]`;
}
