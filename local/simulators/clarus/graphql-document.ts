/** A value written in a query: JSON, or a variable's name. */
export type QueryValue =
  | { kind: 'variable'; name: string }
  | { kind: 'list'; values: QueryValue[] }
  | { kind: 'object'; fields: Map<string, QueryValue> }
  | { kind: 'literal'; value: string | number | boolean | null };

export interface QueryField {
  name: string;
  alias: string;
  arguments: Map<string, QueryValue>;
  selections: QueryField[];
}

export interface QueryDocument {
  /** Declared variables with their types, as written. */
  variables: Map<string, string>;
  selections: QueryField[];
}

/** The query is not one that the simulator can read. */
export class GraphqlSyntaxError extends Error {
  override readonly name = 'GraphqlSyntaxError';
}

const TOKEN =
  /[\s,\uFEFF]+|#[^\n]*|([{}()[\]:$!])|([A-Za-z_]\w*)|(-?\d+(?:\.\d+)?)|("(?:[^"\\\p{Cc}]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*")|(.)/gsu;
const DEPTH = 20;

/**
 * Parses one query operation: variables, fields, aliases, arguments and selections. Fragments, directives,
 * mutations and default values are not used by this API's documented queries and are refused.
 */
export function parseGraphql(text: string): QueryDocument {
  const tokens = tokenize(text);
  let position = 0;

  const peek = () => tokens[position] ?? '';
  const at = (token: string) => peek() === token;

  function take(): string {
    const token = peek();
    position++;
    return token;
  }

  function expect(token: string): void {
    if (take() !== token) throw unexpected(tokens[position - 1], `"${token}"`);
  }

  function name(): string {
    const token = take();
    if (!/^[A-Za-z_]/.test(token)) throw unexpected(token, 'a name');
    return token;
  }

  function document(): QueryDocument {
    const variables = new Map<string, string>();
    if (!at('{')) {
      if (take() !== 'query') throw unexpected(tokens[position - 1], '"query" or "{"');
      if (!at('(') && !at('{')) name();
      if (at('(')) declarations(variables);
    }
    const selections = selectionSet(0);
    if (position < tokens.length) throw unexpected(peek(), 'the end');
    return { variables, selections };
  }

  function declarations(variables: Map<string, string>): void {
    expect('(');
    while (!at(')')) {
      expect('$');
      const variable = name();
      expect(':');
      variables.set(variable, typeName());
    }
    expect(')');
  }

  function typeName(): string {
    const list = at('[');
    if (list) take();
    const inner = list ? `[${typeName()}` : name();
    if (list) expect(']');
    const required = at('!') ? take() : '';
    return `${inner}${list ? ']' : ''}${required}`;
  }

  function selectionSet(depth: number): QueryField[] {
    if (depth > DEPTH) throw new GraphqlSyntaxError(`Query has depth of more than ${DEPTH}`);
    expect('{');
    const fields: QueryField[] = [];
    while (!at('}')) fields.push(field(depth));
    expect('}');
    if (fields.length === 0) throw unexpected('}', 'a field');
    return fields;
  }

  function field(depth: number): QueryField {
    const alias = name();
    const renamed = at(':');
    if (renamed) take();
    const field = renamed ? name() : alias;
    const given = at('(') ? fieldArguments() : new Map<string, QueryValue>();
    return { name: field, alias, arguments: given, selections: at('{') ? selectionSet(depth + 1) : [] };
  }

  function fieldArguments(): Map<string, QueryValue> {
    expect('(');
    const given = members(')');
    if (given.size === 0) throw unexpected(')', 'an argument');
    return given;
  }

  function members(end: string): Map<string, QueryValue> {
    const found = new Map<string, QueryValue>();
    while (!at(end)) {
      const key = name();
      expect(':');
      found.set(key, value());
    }
    expect(end);
    return found;
  }

  function value(): QueryValue {
    const token = take();
    if (token === '$') return { kind: 'variable', name: name() };
    if (token === '{') return { kind: 'object', fields: members('}') };
    if (token === '[') {
      const values: QueryValue[] = [];
      while (!at(']')) values.push(value());
      expect(']');
      return { kind: 'list', values };
    }
    return { kind: 'literal', value: literal(token) };
  }

  return document();
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  for (const [token, punctuation, word, number, string, other] of text.matchAll(TOKEN)) {
    if (other !== undefined) throw unexpected(other, 'a token');
    if ((punctuation ?? word ?? number ?? string) !== undefined) tokens.push(token);
  }
  return tokens;
}

const WORDS = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

function literal(token: string): string | number | boolean | null {
  const word = WORDS.get(token);
  if (word !== undefined) return word;
  if (/^-?\d/.test(token)) return Number(token);
  if (token.startsWith('"')) return String(JSON.parse(token));
  throw unexpected(token, 'a value');
}

function unexpected(token: string | undefined, expected: string): GraphqlSyntaxError {
  const found = token === undefined || token === '' ? 'end of document' : `"${token}"`;
  return new GraphqlSyntaxError(`Parse error: expected ${expected}, found ${found}`);
}
