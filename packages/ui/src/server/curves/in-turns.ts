/** Tasks at once: more would only wait for each other. */
const atOnce = 4;

/** Runs a task for each item, some at a time. @returns the results in the order of the items */
export async function inTurns<T, R>(items: readonly T[], task: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const work = async () => {
    for (let at = next++; at < items.length; at = next++) results[at] = await task(items[at]!);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}
