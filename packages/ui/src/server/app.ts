import { requireOwnFiles, version } from '@forge-ml/core/manage';
import { Hono } from 'hono';
import { OpenSeries } from './curves/open-series.js';
import { findViewedSweep } from './find-viewed-sweep.js';
import type { LiveHub } from './live/live-hub.js';
import { pageFiles } from './page-files.js';
import { curvesRoutes } from './routes/curves.js';
import { editRoutes } from './routes/edits.js';
import { eventRoutes } from './routes/events.js';
import { overviewRoutes } from './routes/overview.js';
import { runsRoutes } from './routes/runs.js';
import { sparklineRoutes } from './routes/sparklines.js';
import { viewRoutes } from './routes/views.js';
import type { AccessToken } from './security/access-token.js';
import { ApiProblem, answerProblem } from './security/api-problem.js';
import { requestGuard } from './security/request-guard.js';
import { responseHeaders } from './security/response-headers.js';
import type { TableQueries } from './table/query-table.js';
import type { Refresher } from './table/refresher.js';
import type { ShownRuns } from './table/shown-runs.js';

export interface AppOptions {
  readonly shown: ShownRuns;
  readonly queries: TableQueries;
  readonly refresher: Refresher;
  readonly live: LiveHub;
  /** Undefined if only this machine can reach the dashboard. */
  readonly token: AccessToken | undefined;
  readonly isOwnHost: (header: string | undefined) => boolean;
  readonly canEdit: boolean;
}

/** What the dashboard answers. */
export function app({ shown, queries, refresher, live, token, isOwnHost, canEdit }: AppOptions): Hono {
  const routes = new Hono();
  routes.onError(answerProblem);
  routes.use(responseHeaders, requestGuard(isOwnHost));
  if (token !== undefined) routes.use(token.guard);
  const folders = shown.folders.map(({ name, path }) => ({ name, path }));
  const series = new OpenSeries();
  const api = [
    overviewRoutes({ folders, canEdit, version }),
    runsRoutes(queries, refresher),
    curvesRoutes(shown, series),
    sparklineRoutes(shown, series),
    eventRoutes(live),
    editRoutes(shown, refresher, canEdit),
    viewRoutes({
      folders,
      resolveRun: async (id) => {
        const run = shown.find(id);
        await requireOwnFiles(run.folder.path);
        return run;
      },
      resolveSweep: (id) => findViewedSweep(folders, id),
    }),
  ];
  for (const part of api) routes.route('/api', part);
  routes.all('/api/*', () => {
    throw new ApiProblem(404, 'NOT_FOUND', 'There is no such address.');
  });
  routes.get('*', pageFiles());
  routes.all('*', () => {
    throw new ApiProblem(405, 'METHOD', 'A page can only be read.');
  });
  return routes;
}
