import {
  GetCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import { BridgeError } from '../../identity/bridge-error.ts';
import { answered, type Table, unlessRefused } from '../table.ts';

export type ItemKey = Readonly<Record<'pk' | 'sk', string>>;

export type Item = Readonly<Record<string, unknown>>;

/**
 * The item with that key as of now, or undefined; `what` begins the error about it. Throws BridgeError
 * `state_unavailable` and `state_malformed`.
 */
export async function findItem<Parsed>(
  table: Table,
  key: ItemKey,
  schema: z.ZodType<Parsed>,
  what: string,
): Promise<Parsed | undefined> {
  const item = await getItem(table, key);
  return item && parseItem(item, schema, what);
}

/** The item with that key as of now, as it is. Throws BridgeError `state_unavailable`. */
export async function getItem({ client, name }: Table, Key: ItemKey): Promise<Item | undefined> {
  const get = new GetCommand({ TableName: name, Key, ConsistentRead: true });
  return (await answered(() => client.send(get))).Item;
}

/** Throws BridgeError `state_malformed` for an item that this code cannot have written. */
export function parseItem<Parsed>(item: unknown, schema: z.ZodType<Parsed>, what: string): Parsed {
  const parsed = schema.safeParse(item);
  if (parsed.success) return parsed.data;
  throw new BridgeError(
    'state_malformed',
    `${what} in DynamoDB is not as the bridge writes it. The event goes to the dead-letter queue; compare the ` +
      'item with an earlier one by point-in-time recovery.',
    { retryable: false },
  );
}

/** All items of a query, or so many. Throws BridgeError `state_unavailable`. */
export async function queryItems(
  { client, name }: Table,
  query: Omit<QueryCommandInput, 'TableName'>,
  most = Number.POSITIVE_INFINITY,
): Promise<Item[]> {
  const items: Item[] = [];
  let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey'];
  do {
    const page = await answered(() =>
      client.send(new QueryCommand({ TableName: name, ...query, ExclusiveStartKey })),
    );
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined && items.length < most);
  return items.slice(0, most);
}

/** What an update does to the attributes of an item. */
export interface Changes {
  /** Undefined removes. */
  set?: Item;
  /** Set where there is none yet. */
  keep?: Item;
  add?: Readonly<Record<string, number>>;
  remove?: readonly string[];
  /** Adds members to sets of texts. */
  join?: Readonly<Record<string, string>>;
}

/** On what an update depends: DynamoDB's expression, and what its `#names` and `:values` stand for. */
export interface Condition {
  expression: string;
  names?: Readonly<Record<string, string>>;
  values?: Item;
}

/** Changes an item, or makes one, and gives the whole item after it. Throws BridgeError `state_unavailable`. */
export function updateItem(table: Table, Key: ItemKey, changes: Changes): Promise<Item>;
export function updateItem(
  table: Table,
  Key: ItemKey,
  changes: Changes,
  condition: Condition,
): Promise<Item | 'refused'>;
export async function updateItem(
  { client, name }: Table,
  Key: ItemKey,
  changes: Changes,
  condition?: Condition,
): Promise<Item | 'refused'> {
  const input = {
    TableName: name,
    Key,
    ReturnValues: 'ALL_NEW',
    ...expressionOf(changes, condition),
  } as const;
  const answer = await unlessRefused(() => client.send(new UpdateCommand(input)));
  return answer === 'refused' ? answer : (answer.Attributes ?? {});
}

function expressionOf(
  { set = {}, keep = {}, add = {}, remove = [], join = {} }: Changes,
  condition: Condition | undefined,
): Partial<UpdateCommandInput> {
  const names: Record<string, string> = { ...condition?.names };
  const values: Record<string, unknown> = { ...condition?.values };
  let count = 0;
  const nameOf = (name: string) => {
    names[`#n${count}`] = name;
    return `#n${count++}`;
  };
  const placeFor = (value: unknown) => {
    values[`:v${count}`] = value;
    return `:v${count}`;
  };
  const sets = [
    ...defined(set).map(([name, value]) => `${nameOf(name)} = ${placeFor(value)}`),
    ...defined(keep).map(([name, value]) => {
      const there = nameOf(name);
      return `${there} = if_not_exists(${there}, ${placeFor(value)})`;
    }),
  ];
  const removes = [...Object.keys(set).filter((name) => set[name] === undefined), ...remove].map(nameOf);
  const adds = [
    ...Object.entries(add),
    ...Object.entries(join).map(([name, member]) => [name, new Set([member])] as const),
  ].map(([name, value]) => `${nameOf(name)} ${placeFor(value)}`);
  const expression = [
    ['SET', sets],
    ['REMOVE', removes],
    ['ADD', adds],
  ].flatMap(([verb, parts]) => (parts?.length === 0 ? [] : [`${verb} ${parts}`]));
  return {
    UpdateExpression: expression.join(' '),
    ...(condition && { ConditionExpression: condition.expression }),
    ExpressionAttributeNames: names,
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}

function defined(attributes: Item): [string, unknown][] {
  return Object.entries(attributes).filter(([, value]) => value !== undefined);
}
