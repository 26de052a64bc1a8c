import { inspect } from 'node:util';
import { colorsFor } from '../terminal/colors.js';
import { type RenderedError, renderError } from './render-error.js';

export interface ReportOptions {
  readonly json: boolean;
  readonly debug: boolean;
  /** The exit status, where the command knows better than the error. */
  readonly exit?: number | undefined;
}

/** Tells a person, or with `--json` a program, what went wrong. @returns the exit status */
export async function reportError(error: unknown, { json, debug, exit }: ReportOptions): Promise<number> {
  if (isExit(error)) return error.oclif.exit;
  const told = await renderError(error);
  // Only now: without an error, `forge --version` needs none of it.
  const { printable, printableLines } = await import('@forge-ml/core/text');
  const { toJson } = await import('../terminal/json.js');
  if (json) process.stdout.write(`${toJson({ error: describe(told) })}\n`);
  else process.stderr.write(render(printable(told)));
  if (debug) process.stderr.write(`${printableLines(inspect(error))}\n`);
  return exit ?? told.exit;
}

function render({ message, hint }: RenderedError): string {
  const colors = colorsFor(process.stderr);
  const line = `${colors.red('Error:')} ${message}\n`;
  return hint === undefined ? line : `${line}${colors.dim('  →')} ${hint}\n`;
}

function describe({ code, message, about, hint }: RenderedError): Readonly<Record<string, unknown>> {
  return { code, message, about: about ?? null, hint: hint ?? null };
}

/** A command that only wants to end, having said what it had to say. */
function isExit(error: unknown): error is { oclif: { exit: number } } {
  return error instanceof Error && 'code' in error && error.code === 'EEXIT';
}
