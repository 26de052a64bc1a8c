import { ForgeError, isForgeError, messageOf } from '@forge-ml/core/runs';
import { type Context, Hono } from 'hono';
import type { RunId, SweepId } from '../../protocol/overview.js';
import { encodeJson } from '../../protocol/plain-json.js';
import { codeDiffView } from '../../views/code-diff-view.js';
import { comparisonView } from '../../views/comparison-view.js';
import { importanceView } from '../../views/importance-view.js';
import { mediaFile, mediaText, mediaView } from '../../views/run-media.js';
import { codeFile, gitDiff, logChunk } from '../../views/run-texts.js';
import { runView } from '../../views/run-view.js';
import { sweepList, sweepPage } from '../../views/sweep-pages.js';
import type { ViewedRun, ViewedSweep } from '../../views/viewed-run.js';
import { ApiProblem } from '../security/api-problem.js';
import { readBody, runsIn, textIn } from './request-body.js';

/** What the views need of the server. */
export interface ViewRoutesOptions {
  /** The results folders, by the short names that ids start with. */
  readonly folders: readonly { readonly name: string; readonly path: string }[];
  /**
   * @throws ApiProblem RUN_NOT_FOUND for any other text, which must never become a path; ForgeError PATH_UNSAFE for a run
   * with links
   */
  resolveRun(id: RunId): Promise<ViewedRun>;
  /** @throws ForgeError RUN_NOT_FOUND */
  resolveSweep(id: SweepId): Promise<ViewedSweep>;
}

/** Runs, comparisons and sweeps as plain data. All of it only reads. */
export function viewRoutes({ folders, resolveRun, resolveSweep }: ViewRoutesOptions): Hono {
  const routes = new Hono();
  const runOf = (context: Context) => resolveRun(runIdOf(context));
  const runsOf = (ids: readonly RunId[]) => findRuns(ids, resolveRun);

  routes.get(`/run/${runId}`, async (context) => json(context, await runView(await runOf(context))));
  routes.get(`/code/${runId}`, async (context) => {
    const { number = '0', path = '' } = context.req.query();
    return json(context, await codeFile(await runOf(context), count(number), path));
  });
  routes.get(`/diff/${runId}`, async (context) => json(context, await gitDiff(await runOf(context))));
  routes.get(`/log/${runId}`, async (context) => {
    return json(context, await logChunk(await runOf(context), integer(context.req.query('from') ?? '0')));
  });
  routes.get(`/media/${runId}`, async (context) => json(context, await mediaView(await runOf(context))));
  routes.get(`/media-file/${runId}`, async (context) => {
    const bytes = await mediaFile(await runOf(context), context.req.query('file') ?? '');
    return context.body(new Uint8Array(bytes), 200, imageHeaders);
  });
  routes.get(`/media-text/${runId}`, async (context) => {
    return json(context, await mediaText(await runOf(context), context.req.query('file') ?? ''));
  });
  routes.post('/compare', async (context) => {
    const { runs, missing } = await runsOf(runsIn(await readBody(context)));
    const view = await comparisonView(runs);
    return json(context, { ...view, failed: [...missing, ...view.failed] });
  });
  routes.post('/importance', async (context) => {
    const body = await readBody(context);
    return json(context, await importanceView((await runsOf(runsIn(body))).runs, textIn(body, 'metric')));
  });
  routes.get('/code-diff', async (context) => {
    const { a = '', b = '' } = context.req.query();
    return json(context, await codeDiffView(await resolveRun(a), await resolveRun(b)));
  });
  routes.get('/sweeps', async (context) => json(context, await sweepList(folders)));
  routes.get('/sweep/:folder/:name', async (context) => {
    const { folder, name } = context.req.param();
    return json(context, await sweepPage(await resolveSweep(`${folder}/${name}`)));
  });
  return routes;
}

/**
 * A run that was removed, or has links, does not hide the others.
 * @throws ApiProblem RUN_NOT_FOUND, ForgeError PATH_UNSAFE if there is no other
 */
async function findRuns(ids: readonly RunId[], resolveRun: ViewRoutesOptions['resolveRun']) {
  const runs: ViewedRun[] = [];
  const missing: { readonly run: RunId; readonly message: string }[] = [];
  for (const [at, found] of (await Promise.allSettled(ids.map((id) => resolveRun(id)))).entries()) {
    if (found.status === 'fulfilled') runs.push(found.value);
    else if (isOfOneRun(found.reason) && ids.length > 1)
      missing.push({ run: ids[at]!, message: messageOf(found.reason) });
    else throw found.reason;
  }
  if (runs.length === 0 && ids.length > 0) await resolveRun(ids[0]!);
  return { runs, missing };
}

function isOfOneRun(error: unknown): boolean {
  if (isForgeError(error)) return error.code === 'PATH_UNSAFE';
  return error instanceof ApiProblem && error.code === 'RUN_NOT_FOUND';
}

const runId = ':folder/:experiment/:number';

function runIdOf(context: Context): RunId {
  const { folder, experiment, number } = context.req.param() as Record<string, string>;
  return `${folder}/${experiment}/${number}`;
}

/** The type is ours, never the file's: a browser must not take it for a page or a script. */
const imageHeaders = {
  'content-type': 'image/png',
  'content-security-policy': "sandbox; default-src 'none'",
  'x-content-type-options': 'nosniff',
  'content-disposition': 'inline',
  'cache-control': 'private, max-age=60',
};

function json(context: Context, value: unknown): Response {
  return context.body(encodeJson(value), 200, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
}

function integer(text: string): number {
  const number = Number(text);
  if (/^-?\d{1,15}$/.test(text)) return number;
  throw new ForgeError('USAGE', `${JSON.stringify(text.slice(0, 40))} is no whole number.`, {
    about: text.slice(0, 40),
  });
}

function count(text: string): number {
  return Math.max(0, integer(text));
}
