import { location } from '../address/location.js';
import { listDataOf } from '../runs/list-data.js';
import { readChoices, tableQueryOf } from '../runs/state/list-choices.js';
import type { Source } from '../source/source.js';
import { pageLength } from '../tables/row-window.js';
import { routeOf } from './routes.js';

/** How long the page may stay empty, ms. */
const patience = 200;

/** Waits for the first rows of the list, if it is the view that opens: then it is laid out once instead of twice. */
export async function firstRows(source: Source): Promise<void> {
  const { path, query } = location.value;
  if (routeOf(path).view !== 'runs') return;
  const { table } = listDataOf(source);
  const answered = table.show(tableQueryOf(readChoices(query)), { first: 0, end: pageLength });
  await Promise.race([answered, new Promise((resolve) => setTimeout(resolve, patience))]);
}
