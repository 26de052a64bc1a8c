import { ForgeError } from '../../errors/forge-error.js';
import {
  type DeclaredDirections,
  findDirection,
  type MetricAddress,
  nameOfMetric,
  parseMetricAddress,
  requireDirection,
} from '../../metrics/metric-address.js';
import { best, everyNth, type KeepPolicy, keepAll, keepAny, last } from './keep-policy.js';
import type { Candidate } from './rank-by-metric.js';

/** A parsed `--keep`, not yet checked against the metrics that the model declares. */
export interface KeepRequest {
  /** The metrics it ranks checkpoints by. */
  readonly metrics: readonly MetricAddress[];
  /**
   * The policy. A metric's direction is never guessed: a wrong guess would remove the best checkpoints.
   * @throws ForgeError METRIC_INVALID when the direction of a metric is unknown
   */
  policy(declared: DeclaredDirections): KeepPolicy;
  /** The parts that keep each of these checkpoints, by step; without those whose metric has no known direction. */
  reasons(declared: DeclaredDirections, checkpoints: readonly Candidate[]): ReadonlyMap<number, readonly string[]>;
}

type Part = { readonly policy: KeepPolicy } | { readonly metric: MetricAddress; readonly count: number };

/**
 * Parses `--keep`, one or more of these separated by commas: `3` (the last 3), `every:1000`, `best:valid.accuracy`,
 * `best:valid.score:min`, `best:valid.accuracy:5`, `best:valid.score:max:5`, `all`. The direction is required when
 * neither the metric's name nor the model says whether lower or higher is better.
 * @throws ForgeError FLAG_INVALID
 */
export function parseKeep(text: string): KeepRequest {
  const texts = text.split(',').map((part) => part.trim());
  const parts = texts.map(parsePart);
  return {
    metrics: parts.flatMap((part) => ('metric' in part ? [part.metric] : [])),
    policy(declared) {
      const policies = parts.map((part) => {
        if ('policy' in part) return part.policy;
        const { metric, count } = part;
        return best(metric, requireDirection(metric, declared, keepOption(metric)), count);
      });
      return policies.includes(keepAll) ? keepAll : keepAny(...policies);
    },
    reasons(declared, checkpoints) {
      const reasons = new Map<number, string[]>(checkpoints.map(({ step }) => [step, []]));
      for (const [index, part] of parts.entries()) {
        const policy = policyOf(part, declared);
        if (policy === undefined) continue;
        const ranked = new Set(policy.ranked(checkpoints));
        for (const [step, found] of reasons) if (ranked.has(step) || policy.always(step)) found.push(texts[index]!);
      }
      return reasons;
    },
  };
}

/** Undefined if the direction of its metric is unknown. */
function policyOf(part: Part, declared: DeclaredDirections): KeepPolicy | undefined {
  if ('policy' in part) return part.policy;
  const direction = findDirection(part.metric, declared);
  return direction === undefined ? undefined : best(part.metric, direction, part.count);
}

/** The option as the user wrote it: `--keep best:valid.loss`. */
export function keepOption(metric: MetricAddress): string {
  return `--keep best:${nameOfMetric(metric)}`;
}

function parsePart(part: string): Part {
  if (part === 'all') return { policy: keepAll };
  const [head, ...rest] = part.split(':');
  if (rest.length === 0) return { policy: last(parseCount(head!, part)) };
  if (head === 'every' && rest.length === 1) return { policy: everyNth(parseCount(rest[0]!, part)) };
  if (head === 'best' && rest.length <= 3) return parseBest(rest, part);
  throw invalid(`--keep "${part}" is not a valid policy.`);
}

function parseBest([metric = '', ...options]: readonly string[], part: string): Part {
  const direction = options[0] === 'max' || options[0] === 'min' ? `:${options.shift()}` : '';
  const address = parseMetricAddress(`${metric}${direction}`);
  if (address === undefined) {
    throw invalid(`--keep "${part}" needs a split and a metric, such as best:valid.accuracy.`);
  }
  const count = options.length === 0 ? 1 : parseCount(options.shift()!, part);
  if (options.length > 0) throw invalid(`--keep "${part}" must be best:METRIC, then :max or :min, then :COUNT.`);
  return { metric: address, count };
}

function parseCount(text: string, part: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count > 0) return count;
  throw invalid(`--keep "${part}" needs a whole number of at least 1 instead of "${text}".`);
}

function invalid(message: string): ForgeError {
  return new ForgeError('FLAG_INVALID', message, {
    about: 'keep',
    hint: 'Use 3, every:1000, best:valid.accuracy, best:valid.score:min or all; separate several with commas.',
  });
}
