import { ForgeError } from '../../errors/forge-error.js';
import { best, everyNth, type KeepPolicy, keepAll, keepAny, last } from './keep-policy.js';

/**
 * The policy `--keep` names, one or more of these with commas between them: `3` (the last 3), `every:1000`,
 * `best:valid.accuracy`, `best:valid.loss:min`, `best:valid.accuracy:max:5`, `all`. Without a direction `best` takes
 * the lowest of a metric called loss, and the highest of any other.
 * @throws ForgeError FLAG_INVALID
 */
export function parseKeep(text: string): KeepPolicy {
  const policies = text.split(',').map((part) => parsePart(part.trim()));
  return policies.includes(keepAll) ? keepAll : keepAny(...policies);
}

/** The metrics that `--keep` judges by: `valid.accuracy`. */
export function metricsJudged(text: string): string[] {
  return text.split(',').flatMap((part) => /^best:([^:]+)/.exec(part.trim())?.[1] ?? []);
}

function parsePart(part: string): KeepPolicy {
  if (part === 'all') return keepAll;
  const [head, ...rest] = part.split(':');
  if (rest.length === 0) return last(parseCount(head!, part));
  if (head === 'every' && rest.length === 1) return everyNth(parseCount(rest[0]!, part));
  if (head === 'best' && rest.length <= 3) return parseBest(rest, part);
  throw invalid(`"${part}" is not something --keep knows.`);
}

function parseBest([metric = '', ...options]: readonly string[], part: string): KeepPolicy {
  if (!/^[^.]+\.[^.].*$/.test(metric)) {
    throw invalid(`--keep "${part}" needs a split and a metric, such as best:valid.accuracy.`);
  }
  const direction = options[0] === 'max' || options[0] === 'min' ? options.shift() : undefined;
  const count = options.length === 0 ? 1 : parseCount(options.shift()!, part);
  if (options.length > 0) throw invalid(`--keep "${part}" must be best:METRIC, then :max or :min, then :COUNT.`);
  const lowest = direction === undefined ? metric.endsWith('.loss') : direction === 'min';
  return best(metric, lowest ? 'min' : 'max', count);
}

function parseCount(text: string, part: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count > 0) return count;
  throw invalid(`--keep "${part}" needs a whole number from 1 up where "${text}" stands.`);
}

function invalid(message: string): ForgeError {
  return new ForgeError('FLAG_INVALID', message, {
    about: 'keep',
    hint: 'Use 3, every:1000, best:valid.accuracy, best:valid.loss:min or all, with commas between several.',
  });
}
