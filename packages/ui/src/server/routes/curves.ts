import { Hono } from 'hono';
import { encodeCurves } from '../../protocol/curve-frame.js';
import { checkCurvesRequest } from '../curves/curves-request.js';
import type { OpenSeries } from '../curves/open-series.js';
import { readCurves } from '../curves/read-curves.js';
import { readJson } from '../security/read-json.js';
import type { ShownRuns } from '../table/shown-runs.js';

export function curvesRoutes(shown: ShownRuns, open: OpenSeries): Hono {
  return new Hono().post('/curves', async (context) => {
    const request = checkCurvesRequest(await readJson(context.req.raw));
    const bytes = encodeCurves(await readCurves(shown, open, request));
    return context.body(bytes as Uint8Array<ArrayBuffer>, 200, { 'content-type': 'application/octet-stream' });
  });
}
