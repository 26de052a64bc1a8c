import type { EngineStatus } from '@forge-ml/core/plugin';
import { printable } from '@forge-ml/core/text';
import type { ListedBackend } from '../actions/list-backends.js';
import type { Colors } from '../terminal/colors.js';
import { padText, widestOf } from '../terminal/text-width.js';

/** Backends with their engines, whether each is usable, and the remedy if not. */
export function renderBackendList(backends: readonly ListedBackend[], colors: Colors): string {
  return printable(backends)
    .map((backend) => renderBackend(backend, colors))
    .join('\n\n');
}

function renderBackend({ name, package: from, version, engines, error }: ListedBackend, colors: Colors): string {
  const title = `${colors.bold(name)}  ${colors.dim(`${from} ${version}`)}`;
  if (error !== null) return `${title}\n  ${colors.red('✗')} ${error}`;
  const first = engines.find(({ usable }) => usable);
  const width = widestOf(engines.map((engine) => engine.name));
  const lines = engines.flatMap((engine) => renderEngine(engine, engine === first, width, colors));
  return [title, ...lines].join('\n');
}

function renderEngine(engine: EngineStatus, chosen: boolean, width: number, colors: Colors): string[] {
  const mark = engine.usable ? colors.green('✓') : colors.dim('–');
  const note = chosen ? colors.dim('  (used unless --engine says otherwise)') : '';
  const line = `  ${mark} ${padText(engine.name, width)}  ${engine.detail}${note}`;
  if (engine.usable || engine.remedy === undefined) return [line];
  return [line, `${' '.repeat(width + 6)}${colors.dim('→')} ${engine.remedy}`];
}
