import type { Server } from 'node:http';
import { isLoopback, listen, listenHost, nameInUrl, ownHosts } from '@forge-ml/core/http';
import { createAdaptorServer } from '@hono/node-server';
import { app } from './app.js';
import { LiveHub } from './live/live-hub.js';
import { AccessToken } from './security/access-token.js';
import type { ServerOptions } from './server-options.js';
import { TableQueries } from './table/query-table.js';
import { Refresher } from './table/refresher.js';
import { openFolders, type ShownFolder } from './table/shown-folder.js';
import { ShownRuns } from './table/shown-runs.js';

export interface RunningServer {
  /** With the token, if one is needed. */
  readonly url: string;
  readonly folders: readonly ShownFolder[];
  close(): Promise<void>;
}

/** Slow and idle clients may not hold connections, ms. */
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 2_000,
};
/** How long a client may read nothing of an answer, ms. */
const idleTimeout = 60_000;
const mostConnections = 2_000;
const maxHeaderSize = 32 * 1024;
const firstPort = 6464;

/** Starts the dashboard. @throws ForgeError FLAG_INVALID, FILE_SYSTEM */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const host = listenHost(options.host ?? '127.0.0.1');
  const folders = await openFolders(options.folders);
  const shown = new ShownRuns(folders);
  const refresher = new Refresher(shown);
  const live = new LiveHub(shown, refresher);
  const queries = new TableQueries(shown);
  // What a page asks for first: answered at once, and compiled.
  queries.answer({ where: '', sort: '', columns: '', group: null, offset: 0, limit: 100 });
  let port = 0;
  const token = isLoopback(host) ? undefined : new AccessToken(() => `forge-ui-${port}`);
  const { fetch } = app({
    ...{ shown, queries, refresher, live, token },
    isOwnHost: ownHosts(host),
    canEdit: options.allowEdit === true,
  });
  const server = createAdaptorServer({ fetch, serverOptions: { ...limits, maxHeaderSize } }) as Server;
  server.maxConnections = mostConnections;
  server.timeout = idleTimeout;
  port = await listen(server, { host, port: options.port, firstPort });
  return {
    url: `http://${nameInUrl(host)}:${port}/${token === undefined ? '' : `?token=${token.token}`}`,
    folders,
    close: () => {
      live.close();
      return new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      });
    },
  };
}
