import * as z from 'zod';

/** GraphQL's `StringInputType`: every condition given must hold. */
export const textFilterSchema = z.strictObject({
  eq: z.string().nullish(),
  /** SQL's LIKE without regard to letter case. */
  ilike: z.string().nullish(),
  like: z.string().nullish(),
  in: z.array(z.string()).nullish(),
  /** Both ends included. */
  between: z.tuple([z.string(), z.string()]).nullish(),
});

export type TextFilter = z.output<typeof textFilterSchema>;

/** The test that a filter makes of a text; no filter lets everything through. */
export function textMatcher(filter: TextFilter | null | undefined): (text: string) => boolean {
  const { eq, ilike, like, in: among, between } = filter ?? {};
  const tests: ((text: string) => boolean)[] = [];
  if (eq != null) tests.push((text) => text === eq);
  if (ilike != null) tests.push(likeMatcher(ilike, 'isu'));
  if (like != null) tests.push(likeMatcher(like, 'su'));
  if (among != null) tests.push((text) => among.includes(text));
  if (between != null) tests.push((text) => text >= between[0] && text <= between[1]);
  return (text) => tests.every((test) => test(text));
}

/** The only texts a filter can match whatever their letter case, when it says so plainly: saves a scan. */
export function onlyMatches(filter: TextFilter | null | undefined): readonly string[] | undefined {
  if (filter?.eq != null) return [filter.eq];
  if (filter?.in != null) return filter.in;
  return filter?.ilike != null && !/[%_\\]/.test(filter.ilike) ? [filter.ilike] : undefined;
}

/** SQL's LIKE: `%` is any text, `_` any one character, a backslash takes the next one as it is. */
function likeMatcher(pattern: string, flags: string): (text: string) => boolean {
  const source = pattern.replace(/\\(.)|%|_|[^\\%_]+|\\$/gsu, (part, escaped: string | undefined) => {
    if (escaped !== undefined) return literally(escaped);
    return part === '%' ? '.*' : part === '_' ? '.' : literally(part);
  });
  const expression = new RegExp(`^${source}$`, flags);
  return (text) => expression.test(text);
}

function literally(text: string): string {
  return text.replace(/[\^$\\.*+?()[\]{}|/]/g, '\\$&');
}
