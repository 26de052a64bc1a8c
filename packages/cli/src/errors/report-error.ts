import { inspect } from 'node:util';
import { colorsFor } from '../terminal/colors.js';
import { columnsOf } from '../terminal/terminal-width.js';
import { type RenderedError, renderError } from './render-error.js';

export interface ReportOptions {
  readonly json: boolean;
  readonly debug: boolean;
  /** Overrides the exit status of the error. */
  readonly exit?: number | undefined;
  /** What the command did before: with `--json` in the same object. */
  readonly data?: object | undefined;
}

/** Reports an error on stderr, or with `--json` on stdout. @returns the exit status */
export async function reportError(error: unknown, { json, debug, exit, data }: ReportOptions): Promise<number> {
  if (isExit(error)) return error.oclif.exit;
  const rendered = await renderError(error);
  // Imported here, because `forge --version` must not load it.
  const { printable, printableLines } = await import('@forge-ml/core/text');
  const { toJson } = await import('../terminal/json.js');
  if (json) process.stdout.write(`${toJson({ error: describe(rendered), ...data })}\n`);
  else {
    const place =
      rendered.place && (await import('./render-place.js')).renderPlace(rendered.place, columnsOf(process.stderr));
    process.stderr.write(render(printable(rendered), place));
  }
  if (debug) process.stderr.write(`${printableLines(inspect(error))}\n`);
  return exit ?? rendered.exit;
}

function render({ message, hint }: RenderedError, place: string | undefined): string {
  const colors = colorsFor(process.stderr);
  const line = `${colors.red('Error:')} ${message}\n${place === undefined ? '' : `${place}\n`}`;
  return hint === undefined ? line : `${line}${colors.dim('  →')} ${hint}\n`;
}

function describe({ code, message, about, hint, place }: RenderedError): Readonly<Record<string, unknown>> {
  return { code, message, about: about ?? null, hint: hint ?? null, ...(place === undefined ? {} : { place }) };
}

/** oclif's request to exit, which is not an error. */
function isExit(error: unknown): error is { oclif: { exit: number } } {
  return error instanceof Error && 'code' in error && error.code === 'EEXIT';
}
