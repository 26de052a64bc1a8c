import { formatCount, printable } from '@forge-ml/core/text';
import type { AnsweredRequest } from '../actions/serve/request-log.js';

/** A request that `forge serve` answered, as a line of its log. */
export function renderServedRequest(answered: AnsweredRequest, time: string): string {
  const { path, status, examples, ms, error } = printable(answered);
  const parts = [
    time,
    path,
    String(status),
    `${formatCount(examples)} example${examples === 1 ? '' : 's'}`,
    `${ms.toFixed(1)} ms`,
  ];
  return [...parts, ...(error === undefined ? [] : [`${error.code}: ${error.message.replaceAll('\n', ' ')}`])].join(
    '  ',
  );
}
