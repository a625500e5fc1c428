/** Requests to DynamoDB at the same time: as many as the SDK's client has connections for. */
const WIDTH = 50;

/** Works through a list, so many at a time, and returns the results in the list's order. */
export async function sideBySide<In, Out>(
  all: readonly In[],
  work: (one: In) => Promise<Out>,
  width = WIDTH,
): Promise<Out[]> {
  const results: Out[] = [];
  for (let at = 0; at < all.length; at += width) {
    results.push(...(await Promise.all(all.slice(at, at + width).map(work))));
  }
  return results;
}
