import { join } from 'node:path';
import { isMissing } from '../../fs/fs-error.js';
import { namesInFolder } from '../../fs/list-folder.js';
import { makeSafeFolder } from '../../fs/safe-files.js';
import { isObject } from '../../json/is-object.js';
import { readJson } from '../../json/json-file.js';
import { writeJson } from '../../json/write-json.js';
import type { Budget } from '../record/sweep-file.js';
import type { Space } from '../space/space.js';

/** The folder of requests to a live controller, inside the sweep's. */
export const requestsName = 'requests';

/** What another process asks a live controller for. */
export type SweepRequestMessage = { readonly file: string } & (
  | { readonly kind: 'stop'; readonly now: boolean }
  /** Amounts are added to the budget. */
  | ({ readonly kind: 'add' } & Addition)
);

export interface Addition {
  readonly budget: { readonly [K in keyof Budget]?: number };
  readonly space: Space | null;
}

/** Asks the live controller of a sweep. @returns the file, which the controller removes */
export async function writeRequest(
  folder: string,
  request: { readonly kind: 'stop'; readonly now: boolean } | ({ readonly kind: 'add' } & Addition),
): Promise<string> {
  const requests = join(folder, requestsName);
  await makeSafeFolder(requests, folder);
  const file = `${Date.now()}-${process.pid}-${request.kind}.json`;
  await writeJson(join(requests, file), request, folder);
  return file;
}

/** The requests in a sweep's folder, the oldest first. Other files are ignored. @throws ForgeError FILE_SYSTEM */
export async function readRequests(folder: string): Promise<readonly SweepRequestMessage[]> {
  const requests = join(folder, requestsName);
  const found: SweepRequestMessage[] = [];
  for (const file of await namesOf(requests)) {
    const content = await readJson(join(requests, file), {
      ...{ what: 'request', code: 'RUN_INVALID', maxBytes: 1 << 20, link: 'refuse' },
    }).catch(() => undefined);
    const message = content === undefined ? undefined : messageIn(file, content);
    if (message !== undefined) found.push(message);
  }
  return found;
}

async function namesOf(requests: string): Promise<string[]> {
  try {
    const names = (await namesInFolder(requests)).filter((name) => /^\d+-\d+-(stop|add)\.json$/.test(name));
    return names.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function messageIn(file: string, content: Readonly<Record<string, unknown>>): SweepRequestMessage | undefined {
  if (content.kind === 'stop') return { file, kind: 'stop', now: content.now === true };
  const { kind, budget, space } = content;
  if (kind !== 'add' || !isObject(budget)) return undefined;
  const amounts = Object.entries(budget).filter(([name]) => ['trials', 'steps', 'hours'].includes(name));
  if (amounts.some(([, amount]) => typeof amount !== 'number' || !(amount > 0))) return undefined;
  // The process that wrote it checked the space against the flags.
  return { file, kind, budget: Object.fromEntries(amounts), space: isObject(space) ? (space as Space) : null };
}

/** A budget with amounts added; a limit that the sweep did not have becomes one. @param used what it has used so far */
export function addedBudget(
  budget: Budget,
  added: Addition['budget'],
  used: Readonly<Record<keyof Budget, number>>,
): Budget {
  const sum = (name: keyof Budget) => {
    const amount = added[name];
    return amount === undefined ? budget[name] : (budget[name] ?? used[name]) + amount;
  };
  return { trials: sum('trials'), steps: sum('steps'), hours: sum('hours') };
}
