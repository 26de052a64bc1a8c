import type { AnnotateRequest } from '../../protocol/edits.js';
import type { RunId } from '../../protocol/overview.js';
import { ApiProblem } from '../security/api-problem.js';

const mostRuns = 500;

/** @throws ApiProblem INVALID */
export function checkAnnotateRequest(value: unknown): AnnotateRequest {
  const { run, tags, note, name, ...rest } = fieldsOf(value);
  if (typeof run !== 'string') throw invalid('"run"', 'a text');
  if (tags !== undefined && !areTexts(tags)) throw invalid('"tags"', 'a list of texts');
  if (note !== undefined && typeof note !== 'string') throw invalid('"note"', 'a text');
  if (name !== undefined && typeof name !== 'string') throw invalid('"name"', 'a text');
  for (const other in rest) throw new ApiProblem(400, 'INVALID', `${JSON.stringify(other)} cannot be changed.`);
  return {
    run,
    ...(tags === undefined ? {} : { tags }),
    ...(note === undefined ? {} : { note }),
    ...(name === undefined ? {} : { name }),
  };
}

/** @throws ApiProblem INVALID */
export function checkTrashRequest(value: unknown): readonly RunId[] {
  const { runs } = fieldsOf(value);
  if (areTexts(runs) && runs.length <= mostRuns) return runs;
  throw invalid('"runs"', `a list of at most ${mostRuns} texts`);
}

function fieldsOf(value: unknown): Partial<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid('The body', 'an object');
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function invalid(what: string, wanted: string): ApiProblem {
  return new ApiProblem(400, 'INVALID', `${what} must be ${wanted}.`);
}
