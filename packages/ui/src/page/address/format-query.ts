/** A query without its question mark. What may stand in one as it is stays readable: `runs=results/churn/1-40,43`. */
export function formatQuery(query: URLSearchParams): string {
  return query.toString().replaceAll('%2F', '/').replaceAll('%2C', ',').replaceAll('%3A', ':');
}
