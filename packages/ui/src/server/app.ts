import { basename } from 'node:path';
import { Hono } from 'hono';
import type { Overview } from '../protocol/overview.js';
import { pageFiles } from './page-files.js';
import type { ServerOptions } from './server-options.js';

/** What the dashboard answers. */
export function app({ folders }: ServerOptions): Hono {
  const routes = new Hono();
  routes.get('/api/overview', (context) =>
    context.json({
      folders: folders.map((path) => ({ name: basename(path), path })),
      canEdit: false,
      version: '0.1.0',
    } satisfies Overview),
  );
  routes.get('*', pageFiles());
  return routes;
}
