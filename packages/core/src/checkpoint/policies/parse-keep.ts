import { ForgeError } from '../../errors/forge-error.js';
import {
  type DeclaredDirections,
  type MetricAddress,
  nameOfMetric,
  parseMetricAddress,
  requireDirection,
} from '../../metrics/metric-address.js';
import { best, everyNth, type KeepPolicy, keepAll, keepAny, last } from './keep-policy.js';

/** A parsed `--keep`, not yet checked against the metrics that the model declares. */
export interface KeepRequest {
  /** The metrics it ranks checkpoints by. */
  readonly metrics: readonly MetricAddress[];
  /**
   * The policy. A metric's direction is never guessed: a wrong guess would remove the best checkpoints.
   * @throws ForgeError METRIC_INVALID when the direction of a metric is unknown
   */
  policy(declared: DeclaredDirections): KeepPolicy;
}

type Part = { readonly policy: KeepPolicy } | { readonly metric: MetricAddress; readonly count: number };

/**
 * Parses `--keep`, one or more of these separated by commas: `3` (the last 3), `every:1000`, `best:valid.accuracy`,
 * `best:valid.score:min`, `best:valid.accuracy:5`, `best:valid.score:max:5`, `all`. The direction is required when
 * neither the metric's name nor the model says whether lower or higher is better.
 * @throws ForgeError FLAG_INVALID
 */
export function parseKeep(text: string): KeepRequest {
  const parts = text.split(',').map((part) => parsePart(part.trim()));
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
  };
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
