import { createServer } from 'node:http';
import { isLoopback, listen, listenHost, nameInUrl, ownHosts } from '@forge-ml/core/http';
import { type AppOptions, app } from './app.js';

export interface ServeOptions extends Pick<AppOptions, 'model' | 'batching' | 'maxBody' | 'log'> {
  readonly host: string;
  /** Null: the first free one from 8080 on. */
  readonly port: number | null;
}

export interface RunningServer {
  /** With a slash at its end. */
  readonly url: string;
  /** Whether only this machine reaches it. */
  readonly isLoopback: boolean;
  /** Refuses new connections, and resolves when all requests are answered. */
  close(): Promise<void>;
}

const firstPort = 8080;
/** Slow and idle clients may not hold connections, ms. */
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 2_000,
};
const mostConnections = 2_000;
const maxHeaderSize = 32 * 1024;
/** How long requests may take to end when the server stops, ms. */
const longestEnd = 10_000;

/** Starts answering requests with a model. @throws ForgeError FLAG_INVALID */
export async function startServer({ host: given, port, ...options }: ServeOptions): Promise<RunningServer> {
  const host = listenHost(given);
  let url = '';
  let open = 0;
  const isOwnHost = ownHosts(host);
  const { answer, idle, stopping } = app({ ...options, isOwnHost, connections: () => open, url: () => url });
  const server = createServer({ ...limits, maxHeaderSize }, answer);
  server.on('connection', (socket) => {
    open++;
    socket.once('close', () => open--);
  });
  server.maxConnections = mostConnections;
  url = `http://${nameInUrl(host)}:${await listen(server, { host, port, firstPort })}/`;
  return {
    url,
    isLoopback: isLoopback(host),
    async close() {
      stopping();
      const timer = setTimeout(() => server.closeAllConnections(), longestEnd);
      // Ends connections that have no request, too.
      await new Promise<void>((closed) => server.close(() => closed()));
      clearTimeout(timer);
      await idle();
    },
  };
}
