import type { EngineStatus } from '@forge-ml/core/plugin';
import { printable } from '@forge-ml/core/text';
import type { ListedBackend } from '../actions/list-backends.js';
import type { Colors } from '../terminal/colors.js';

/** Backends, each with its engines under it: usable or why not, and what would help. */
export function renderBackendList(backends: readonly ListedBackend[], colors: Colors): string {
  return printable(backends)
    .map((backend) => renderBackend(backend, colors))
    .join('\n\n');
}

function renderBackend({ name, package: from, version, engines, error }: ListedBackend, colors: Colors): string {
  const title = `${colors.bold(name)}  ${colors.dim(`${from} ${version}`)}`;
  if (error !== null) return `${title}\n  ${colors.red('✗')} ${error}`;
  const first = engines.find(({ usable }) => usable);
  const width = Math.max(0, ...engines.map((engine) => engine.name.length));
  const lines = engines.flatMap((engine) => renderEngine(engine, engine === first, width, colors));
  return [title, ...lines].join('\n');
}

function renderEngine(engine: EngineStatus, chosen: boolean, width: number, colors: Colors): string[] {
  const mark = engine.usable ? colors.green('✓') : colors.dim('–');
  const note = chosen ? colors.dim('  (used unless --engine says otherwise)') : '';
  const line = `  ${mark} ${engine.name.padEnd(width)}  ${engine.detail}${note}`;
  if (engine.usable || engine.remedy === undefined) return [line];
  return [line, `${' '.repeat(width + 6)}${colors.dim('→')} ${engine.remedy}`];
}
