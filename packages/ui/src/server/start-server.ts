import { serve } from '@hono/node-server';
import { app } from './app.js';
import type { ServerOptions } from './server-options.js';
import { Refresher } from './table/refresher.js';
import { openFolders } from './table/shown-folder.js';
import { ShownRuns } from './table/shown-runs.js';

export interface RunningServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the dashboard. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const shown = new ShownRuns(await openFolders(options.folders));
  const { fetch } = app({ shown, refresher: new Refresher(shown), canEdit: options.allowEdit === true });
  const hostname = '127.0.0.1';
  return new Promise((started) => {
    const server = serve({ fetch, hostname, port: options.port ?? 6464 }, ({ port }) => {
      const close = () => new Promise<void>((closed) => server.close(() => closed()));
      started({ url: `http://${hostname}:${port}/`, close });
    });
  });
}
