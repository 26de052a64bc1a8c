import { isForgeError } from '@forge-ml/core/runs';
import { Hono } from 'hono';
import { encodeJson } from '../../protocol/plain-json.js';
import type { GroupBy, TableQuery, TableReply } from '../../protocol/table.js';
import { ApiProblem } from '../security/api-problem.js';
import type { TableQueries } from '../table/query-table.js';
import type { Refresher } from '../table/refresher.js';

const mostRows = 500;

/** The table of runs.  */
export function runsRoutes(queries: TableQueries, refresher: Refresher): Hono {
  return new Hono().get('/runs', async (context) => {
    const query = readQuery((name) => context.req.query(name) ?? '');
    await refresher.refresh();
    return context.body(encodeJson(reply(queries, query)), 200, { 'content-type': 'application/json' });
  });
}

function reply(queries: TableQueries, query: TableQuery): TableReply {
  try {
    return queries.answer(query);
  } catch (error) {
    if (!isForgeError(error)) throw error;
    const { code, message, hint } = error;
    return { problem: { code, message, hint: hint ?? null } };
  }
}

/** @throws ApiProblem INVALID */
function readQuery(get: (name: string) => string): TableQuery {
  const [where, sort, columns] = [get('where'), get('sort'), get('columns')];
  const offset = count(get('offset') || '0', 'offset');
  const limit = Math.min(count(get('limit') || '100', 'limit'), mostRows);
  return { where, sort, columns, group: groupBy(get('group')), offset, limit };
}

function count(text: string, name: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new ApiProblem(400, 'INVALID', `"${name}" is not a whole number.`);
}

function groupBy(text: string): GroupBy | null {
  if (text === '') return null;
  if (text === 'experiment' || text === 'configuration') return text;
  throw new ApiProblem(400, 'INVALID', '"group" is not "experiment" or "configuration".');
}
