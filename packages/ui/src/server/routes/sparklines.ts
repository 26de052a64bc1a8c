import { Hono } from 'hono';
import type { Sparklines } from '../../protocol/sparklines.js';
import type { OpenSeries } from '../curves/open-series.js';
import { Sparks } from '../curves/sparks.js';
import { ApiProblem } from '../security/api-problem.js';
import type { ShownRuns } from '../table/shown-runs.js';

const mostRuns = 200;

export function sparklineRoutes(shown: ShownRuns, open: OpenSeries): Hono {
  const sparks = new Sparks(shown, open);
  return new Hono().get('/sparklines', async (context) => {
    const runs = (context.req.query('runs') ?? '').split(',').filter((id) => id !== '');
    const metric = context.req.query('metric') ?? '';
    if (runs.length > mostRuns) throw new ApiProblem(413, 'TOO_LARGE', `At most ${mostRuns} runs are drawn at once.`);
    return context.json({ lines: await sparks.read(runs, metric) } satisfies Sparklines);
  });
}
