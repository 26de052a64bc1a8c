import type { EngineStatus } from '@forge-ml/core/plugin';
import { printable } from '@forge-ml/core/text';
import type { ListedBackend } from '../actions/list-backends.js';
import type { Colors } from '../terminal/colors.js';
import { padText, widestOf } from '../terminal/text-width.js';
import { wrapWords } from '../terminal/wrap.js';
import { renderRemedy } from './remedy.js';

/**
 * Backends with their engines, whether each is usable, and the remedy if not.
 * @param columns the width in terminal columns
 */
export function renderBackendList(backends: readonly ListedBackend[], colors: Colors, columns: number): string {
  return printable(backends)
    .map((backend) => renderBackend(backend, colors, columns))
    .join('\n\n');
}

function renderBackend(backend: ListedBackend, colors: Colors, columns: number): string {
  const { name, package: from, version, engines, error } = backend;
  const title = `${colors.bold(name)}  ${colors.dim(`${from} ${version}`)}`;
  if (error !== null) return `${title}\n  ${colors.red('✗')} ${error}`;
  const first = engines.find(({ usable }) => usable);
  const width = widestOf(engines.map((engine) => engine.name));
  const lines = engines.flatMap((engine) => renderEngine(engine, engine === first, { width, colors, columns }));
  return [title, ...lines].join('\n');
}

interface Layout {
  /** That of the longest name. */
  readonly width: number;
  readonly colors: Colors;
  readonly columns: number;
}

function renderEngine(engine: EngineStatus, chosen: boolean, { width, colors, columns }: Layout): string[] {
  const mark = engine.usable ? colors.green('✓') : colors.dim('–');
  const note = chosen ? ' (used unless --engine says otherwise)' : '';
  const line = wrapWords(`${engine.detail}${note}`, columns, `  ${mark} ${padText(engine.name, width)}`);
  if (engine.usable || engine.remedy === undefined) return [line];
  return [line, renderRemedy(engine.remedy, width + 6, colors, columns)];
}
