/**
 * Clarus' filter for a text in any letter case. `ilike` takes `%` and `_` for any letters, and an address with an
 * underscore would bring its neighbours: such a text is asked for as it is written and as it is folded.
 */
export function textFilter(text: string, folded: string): unknown {
  return /[%_\\]/.test(text) ? { in: [...new Set([text, folded])] } : { ilike: text };
}
