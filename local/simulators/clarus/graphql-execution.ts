import type { QueryDocument, QueryField, QueryValue } from './graphql-document.ts';

/** What a field holds: another type's name, or a scalar; and the types of its arguments, null for any. */
export interface FieldType {
  type: string;
  arguments?: Readonly<Record<string, string | null>>;
}

/** Types by name; a name that is not here is a scalar. The queries begin at `Query`. */
export type GraphqlSchema = Readonly<Record<string, Readonly<Record<string, FieldType>>>>;

/** An error as GraphQL bodies carry it. */
export interface GraphqlError {
  message: string;
  path: string[];
}

/** Computes a field out of its arguments. Throws GraphqlExecutionError. */
export type Resolver = (given: Readonly<Record<string, unknown>>) => unknown;

/** The arguments are not ones that the field can be computed of. */
export class GraphqlExecutionError extends Error {
  override readonly name = 'GraphqlExecutionError';
}

/** Everything in a document that the schema does not have. */
export function validate(schema: GraphqlSchema, document: QueryDocument): GraphqlError[] {
  return document.selections.flatMap((field) => problemsOf(field, 'Query', ['query']));

  function problemsOf(field: QueryField, typeName: string, parent: string[]): GraphqlError[] {
    const path = [...parent, field.alias];
    const known = schema[typeName]?.[field.name];
    if (known === undefined) {
      return [{ message: `Field '${field.name}' doesn't exist on type '${typeName}'`, path }];
    }
    const messages = [...field.arguments].flatMap(([name, value]) =>
      wrongArgument(field, known, name, value),
    );
    messages.push(...wrongSelection(field, known));
    const below = field.selections.flatMap((inner) => problemsOf(inner, known.type, path));
    return [...messages.map((message) => ({ message, path })), ...below];
  }

  function wrongArgument(field: QueryField, known: FieldType, name: string, value: QueryValue): string[] {
    const expected = known.arguments?.[name];
    if (expected === undefined) return [`Field '${field.name}' doesn't accept argument '${name}'`];
    if (value.kind !== 'variable') return variablesIn(value).flatMap(undeclared);
    const declared = document.variables.get(value.name);
    if (declared === undefined) return undeclared(value.name);
    if (expected === null || declared.replace(/!$/, '') === expected) return [];
    return [`Type mismatch on variable $${value.name} and argument ${name} (${declared} / ${expected})`];
  }

  function undeclared(variable: string): string[] {
    if (document.variables.has(variable)) return [];
    return [`Variable $${variable} is used by query but not declared`];
  }

  function wrongSelection(field: QueryField, { type }: FieldType): string[] {
    const isObject = schema[type] !== undefined;
    if (isObject && field.selections.length === 0) {
      return [`Field must have selections (field '${field.name}' returns ${type})`];
    }
    if (isObject || field.selections.length === 0) return [];
    return [`Selections can't be made on scalars (field '${field.name}' returns ${type})`];
  }
}

/** The selected part of `source`, whose functions are resolvers. The document must be valid. */
export function project(
  source: unknown,
  selections: readonly QueryField[],
  variables: Readonly<Record<string, unknown>>,
): unknown {
  if (Array.isArray(source)) return source.map((element) => project(element, selections, variables));
  if (selections.length === 0 || source === null) return source;
  const members: Record<string, unknown> = Object(source);
  return Object.fromEntries(
    selections.map((field) => {
      const member = members[field.name];
      const value = typeof member === 'function' ? member(argumentsOf(field, variables)) : member;
      return [field.alias, project(value, field.selections, variables)];
    }),
  );
}

function argumentsOf(
  field: QueryField,
  variables: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries([...field.arguments].map(([name, value]) => [name, given(value, variables)]));
}

function given(value: QueryValue, variables: Readonly<Record<string, unknown>>): unknown {
  switch (value.kind) {
    case 'variable':
      return variables[value.name];
    case 'list':
      return value.values.map((element) => given(element, variables));
    case 'object':
      return Object.fromEntries([...value.fields].map(([name, member]) => [name, given(member, variables)]));
    case 'literal':
      return value.value;
  }
}

function variablesIn(value: QueryValue): string[] {
  if (value.kind === 'variable') return [value.name];
  if (value.kind === 'list') return value.values.flatMap(variablesIn);
  return value.kind === 'object' ? [...value.fields.values()].flatMap(variablesIn) : [];
}
