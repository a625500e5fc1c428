/** Requests to DynamoDB at the same time: as many as the SDK's client has connections for. */
const WIDTH = 50;

/**
 * Works through a list, so many at a time, and returns the results in the list's order. Throws the first failure
 * once nothing is under way any more.
 */
export async function sideBySide<In, Out>(
  all: readonly In[],
  work: (one: In) => Promise<Out>,
  width = WIDTH,
): Promise<Out[]> {
  const results: Out[] = [];
  for (let at = 0; at < all.length; at += width) {
    const ends = await Promise.allSettled(all.slice(at, at + width).map(work));
    for (const end of ends) {
      if (end.status === 'rejected') throw end.reason;
      results.push(end.value);
    }
  }
  return results;
}
