/** A query without its question mark. Characters that a query may have as they are stay readable: `runs=results/churn/1-40,43`. */
export function formatQuery(query: URLSearchParams): string {
  return query.toString().replaceAll('%2F', '/').replaceAll('%2C', ',').replaceAll('%3A', ':');
}
