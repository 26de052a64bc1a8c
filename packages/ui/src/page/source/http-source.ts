import { decodeCurves } from '../../protocol/curve-frame.js';
import type { ApiError } from '../../protocol/overview.js';
import { decodeJson } from '../../protocol/plain-json.js';
import type { TableAnswer, TableQuery, TableReply } from '../../protocol/table.js';
import { followEvents } from './follow-events.js';
import { type Source, SourceError } from './source.js';

/** Data from the server that the page is from. */
export function httpSource(): Source {
  return {
    overview: () => get('/api/overview'),
    table: askTable,
    sparklines: (runs, metric, signal) =>
      get(`/api/sparklines?${parameters({ runs: runs.join(','), metric })}`, signal),
    run: (id, signal) => get(`/api/run/${path(id)}`, signal),
    curves: async (request, signal) => decodeCurves(await (await post('/api/curves', request, signal)).arrayBuffer()),
    compare: (runs, signal) => postJson('/api/compare', { runs }, signal),
    importance: (runs, metric, signal) => postJson('/api/importance', { runs, metric }, signal),
    codeDiff: (a, b, signal) => get(`/api/code-diff?${parameters({ a, b })}`, signal),
    sweeps: (signal) => get('/api/sweeps', signal),
    sweep: (id, signal) => get(`/api/sweep/${path(id)}`, signal),
    codeFile: (id, number, file, signal) => get(`/api/code/${path(id)}?${parameters({ number, path: file })}`, signal),
    gitDiff: (id, signal) => get(`/api/diff/${path(id)}`, signal),
    log: (id, from, signal) => get(`/api/log/${path(id)}?${parameters({ from })}`, signal),
    media: (id, signal) => get(`/api/media/${path(id)}`, signal),
    mediaUrl: (id, file) => `/api/media-file/${path(id)}?${parameters({ file })}`,
    mediaText: (id, file, signal) => get(`/api/media-text/${path(id)}?${parameters({ file })}`, signal),
    follow: followEvents,
    annotate: async (request) => void (await postJson('/api/annotate', request)),
    trash: (runs) => postJson('/api/trash', { runs }),
  };
}

/** @throws SourceError for an expression that cannot be read, too */
async function askTable(query: TableQuery, signal?: AbortSignal): Promise<TableAnswer> {
  const url = `/api/runs?${parameters({ ...query, group: query.group ?? '' })}`;
  const reply = await get<TableReply>(url, signal);
  if (!('problem' in reply)) return reply;
  const { code, message, hint } = reply.problem;
  throw new SourceError(code, message, hint);
}

/** Why the server does not serve this page; null if it does. */
export async function refusal(signal: AbortSignal): Promise<SourceError | null> {
  try {
    await request('/api/overview', { signal });
    return null;
  } catch (error) {
    return error instanceof SourceError ? error : null;
  }
}

function path(id: string): string {
  return id.split('/').map(encodeURIComponent).join('/');
}

function parameters(values: Readonly<Record<string, string | number>>): string {
  const entries = Object.entries(values).filter(([, value]) => value !== '');
  return new URLSearchParams(entries.map(([name, value]) => [name, String(value)])).toString();
}

async function get<T>(url: string, signal?: AbortSignal): Promise<T> {
  return json(await request(url, signal === undefined ? {} : { signal }));
}

async function postJson<T>(url: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return json(await post(url, body, signal));
}

async function post(url: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  return request(url, signal === undefined ? init : { ...init, signal });
}

async function json<T>(response: Response): Promise<T> {
  return decodeJson(await response.text()) as T;
}

/** @throws SourceError */
async function request(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw new SourceError('UNREACHABLE', 'The dashboard does not answer.', 'Is forge ui still running?');
  }
  if (response.ok) return response;
  const { code, message, hint } = (await response.json().catch(() => unknownError(response))) as ApiError;
  throw new SourceError(code, message, hint);
}

function unknownError({ status }: Response): ApiError {
  return { code: 'UNKNOWN', message: `The dashboard answered with status ${status}.`, hint: null };
}
