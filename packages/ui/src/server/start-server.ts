import { serve } from '@hono/node-server';
import { app } from './app.js';
import type { ServerOptions } from './server-options.js';

export interface RunningServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the dashboard. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { fetch } = app(options);
  const hostname = '127.0.0.1';
  return new Promise((started) => {
    const server = serve({ fetch, hostname, port: options.port }, ({ port }) => {
      const close = () => new Promise<void>((closed) => server.close(() => closed()));
      started({ url: `http://${hostname}:${port}/`, close });
    });
  });
}
