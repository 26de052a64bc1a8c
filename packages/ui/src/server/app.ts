import { Hono } from 'hono';
import { pageFiles } from './page-files.js';
import { curvesRoutes } from './routes/curves.js';
import { overviewRoutes } from './routes/overview.js';
import { runsRoutes } from './routes/runs.js';
import { ApiProblem, answerProblem } from './security/api-problem.js';
import { TableQueries } from './table/query-table.js';
import type { Refresher } from './table/refresher.js';
import type { ShownRuns } from './table/shown-runs.js';

export interface AppOptions {
  readonly shown: ShownRuns;
  readonly refresher: Refresher;
  readonly canEdit: boolean;
}

/** What the dashboard answers. */
export function app({ shown, refresher, canEdit }: AppOptions): Hono {
  const routes = new Hono();
  routes.onError(answerProblem);
  const folders = shown.folders.map(({ name, path }) => ({ name, path }));
  routes.route('/api', overviewRoutes({ folders, canEdit, version: '0.1.0' }));
  routes.route(
    '/api',
    runsRoutes(new TableQueries(shown), () => refresher.refresh()),
  );
  routes.route('/api', curvesRoutes(shown));
  routes.all('/api/*', () => {
    throw new ApiProblem(404, 'NOT_FOUND', 'There is no such address.');
  });
  routes.get('*', pageFiles());
  return routes;
}
