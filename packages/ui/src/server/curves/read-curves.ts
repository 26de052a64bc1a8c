import { isForgeError, messageOf } from '@forge-ml/core/runs';
import type { Curves, CurvesRequest } from '../../protocol/curves.js';
import type { RunId } from '../../protocol/overview.js';
import { inBatches } from '../../views/in-batches.js';
import { ApiProblem, reportInternal } from '../security/api-problem.js';
import type { ShownRuns } from '../table/shown-runs.js';
import { type OpenSeries, seriesAtOnce } from './open-series.js';
import { metricsStamp } from './own-metrics.js';
import { type CurvesAndRun, curvesOfRun } from './run-curves.js';

/** Pixel columns of all curves of an answer: each has at most 4 points of 16 bytes. */
const mostColumns = 1_000_000;
const fewestColumns = 50;

/** The curves of several runs. A run that cannot be read does not prevent reading the others. */
export async function readCurves(shown: ShownRuns, open: OpenSeries, request: CurvesRequest): Promise<Curves> {
  const ids = [...new Set(request.runs)];
  const most = Math.floor(mostColumns / Math.max(1, ids.length * request.metrics.length));
  const width = Math.min(request.width, Math.max(fewestColumns, most));
  const readOne = async (id: RunId): Promise<CurvesAndRun | Failure> => {
    try {
      const run = shown.find(id);
      metricsStamp(run.folder.path);
      return await curvesOfRun(run, await open.get(run.folder.path), { ...request, width });
    } catch (error) {
      // The message of any other error could name any file.
      const isExpected = isForgeError(error) || error instanceof ApiProblem;
      if (!isExpected) reportInternal(error);
      return { run: id, message: isExpected ? messageOf(error) : 'It cannot be read.' };
    }
  };
  const read = await inBatches(ids, readOne, seriesAtOnce);
  const found = read.filter((result) => 'curves' in result);
  return {
    curves: found.flatMap(({ curves }) => curves),
    runs: found.map(({ run }) => run),
    failed: read.filter((result): result is Failure => !('curves' in result)),
  };
}

interface Failure {
  readonly run: RunId;
  readonly message: string;
}
