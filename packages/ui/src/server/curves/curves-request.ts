import { type Axis, type CurvesRequest, mostMetrics } from '../../protocol/curves.js';
import { ApiProblem } from '../security/api-problem.js';

const mostRuns = 500;
const mostCurves = 5_000;
const axes: readonly Axis[] = ['step', 'epoch', 'time', 'clock'];

/** @throws ApiProblem INVALID, TOO_LARGE */
export function checkCurvesRequest(value: unknown): CurvesRequest {
  if (typeof value !== 'object' || value === null) throw invalid('The body', 'an object');
  const { runs, metrics, axis, from, to, width, logX, logY, smooth } = value as Partial<Record<string, unknown>>;
  if (!areTexts(runs)) throw invalid('"runs"', 'a list of texts');
  if (!areTexts(metrics)) throw invalid('"metrics"', 'a list of texts');
  if (runs.length > mostRuns || metrics.length > mostMetrics || runs.length * metrics.length > mostCurves) {
    const most = `At most ${mostRuns} runs, ${mostMetrics} metrics and ${mostCurves} curves are read at once.`;
    throw new ApiProblem(413, 'TOO_LARGE', most, 'Select fewer runs or metrics.');
  }
  if (!axes.includes(axis as Axis)) throw invalid('"axis"', axes.join(', '));
  if (!isBound(from) || !isBound(to)) throw invalid('"from" and "to"', 'numbers, or null');
  if (!isNumber(width) || width < 1 || width > 20_000) throw invalid('"width"', 'a number from 1 to 20000');
  if (!isNumber(smooth) || smooth < 0 || smooth >= 1) throw invalid('"smooth"', 'a number from 0 to less than 1');
  if (typeof logX !== 'boolean' || typeof logY !== 'boolean') throw invalid('"logX" and "logY"', 'true or false');
  return { runs, metrics, axis: axis as Axis, from, to, width: Math.ceil(width), logX, logY, smooth };
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isBound(value: unknown): value is number | null {
  return value === null || isNumber(value);
}

function invalid(what: string, wanted: string): ApiProblem {
  return new ApiProblem(400, 'INVALID', `${what} must be ${wanted}.`);
}
