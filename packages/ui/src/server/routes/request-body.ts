import { ForgeError } from '@forge-ml/core/runs';
import type { Context } from 'hono';
import { readJson } from '../security/read-json.js';

/** More cannot be compared by looking at them, and would take minutes to read. */
const mostRuns = 1_000;

/** The JSON object of a POST. @throws ForgeError USAGE for anything else */
export async function readBody(context: Context): Promise<Readonly<Record<string, unknown>>> {
  const body = await readJson(context.req.raw);
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new ForgeError('USAGE', 'The body is no JSON object.');
}

/** The runs that a body asks for. @throws ForgeError USAGE */
export function runsIn({ runs }: Readonly<Record<string, unknown>>): readonly string[] {
  const isList = Array.isArray(runs) && runs.every((run) => typeof run === 'string');
  if (!isList) throw new ForgeError('USAGE', '"runs" is no list of runs.', { about: 'runs' });
  if (runs.length <= mostRuns) return [...new Set(runs as string[])];
  throw new ForgeError('USAGE', `${runs.length} runs are more than the ${mostRuns} that can be compared.`, {
    about: 'runs',
    hint: 'Select fewer, or filter the list first.',
  });
}

/** A text of a body. @throws ForgeError USAGE */
export function textIn(body: Readonly<Record<string, unknown>>, name: string): string {
  const text = body[name];
  if (typeof text === 'string') return text;
  throw new ForgeError('USAGE', `"${name}" is no text.`, { about: name });
}
