import { Hono } from 'hono';
import type { Overview } from '../../protocol/overview.js';

export function overviewRoutes(overview: Overview): Hono {
  return new Hono().get('/overview', (context) => context.json(overview));
}
