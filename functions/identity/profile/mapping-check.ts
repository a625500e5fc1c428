import { type AttributeName, entriesIn } from './clarus-attributes.ts';
import {
  type AttributeRule,
  compileMapping,
  compileRule,
  type MappingRules,
  type Reader,
  toValue,
} from './mapping.ts';
import { CLARUS_USER, ENTERPRISE_USER, OKTA_USER, type ScimUser } from './scim-user.ts';

/** A user with every attribute a mapping can read; only the Okta extension is open-ended. */
const COMPLETE_USER: Required<ScimUser> = {
  userName: 'pat.picker@example.com',
  active: true,
  displayName: 'Pat Picker',
  name: {
    formatted: 'Pat Picker',
    familyName: 'Picker',
    givenName: 'Pat',
    middleName: 'Q',
    honorificPrefix: 'Dr',
    honorificSuffix: 'III',
  },
  nickName: 'Pat',
  title: 'Picker',
  userType: 'Employee',
  preferredLanguage: 'en-GB',
  locale: 'en-GB',
  timezone: 'Europe/London',
  externalId: '4711',
  emails: [{ value: 'pat.picker@example.com', type: 'work', primary: true, display: 'Pat' }],
  phoneNumbers: [{ value: 'tel:+44-20-7946-0000', type: 'work', primary: true, display: 'office' }],
  roles: [{ value: 'Picker', type: 'clarus', primary: true, display: 'Picker' }],
  entitlements: [{ value: 'scanner', type: 'device', primary: true, display: 'Scanner' }],
  groups: [{ value: 'g1', type: 'direct', primary: true, display: 'Pickers' }],
  [ENTERPRISE_USER]: {
    employeeNumber: '4711',
    costCenter: '815',
    organization: 'Example',
    division: 'Logistics',
    department: 'Picking',
    manager: { value: '42', displayName: 'Max Manager' },
  },
  [CLARUS_USER]: { string1: '1', string2: '2', string3: '3', string4: '4', string5: '5' },
  [OKTA_USER]: {},
};

/**
 * Finds what can never work in a tenant's mapping before it is deployed: expressions that do not parse or
 * name attributes that do not exist, and values or tables that Clarus could not take.
 * Returns one sentence per problem, each beginning with the path in the tenant file.
 */
export async function checkMapping(rules: MappingRules): Promise<string[]> {
  const problems: string[] = [];
  for (const [name, rule] of entriesIn<AttributeRule | null>(rules)) {
    if (rule) problems.push(...tableProblems(name, rule), ...(await expressionProblems(name, rule)));
  }
  return problems.length > 0 ? problems : accessProblems(rules.is_active);
}

/** What of the rule for `is_active` would keep somebody in who is not active: it has no effect, and is not meant so. */
async function accessProblems(rule: AttributeRule | null | undefined): Promise<string[]> {
  if (rule === null) {
    return ['mapping.is_active: null would leave leavers in. Remove it: access always follows the sources.'];
  }
  const read = compileRule('is_active', rule);
  const inactive: ScimUser[] = [{ active: false }, { ...COMPLETE_USER, active: false }];
  for (const user of inactive) {
    const value = await outcomeOf(read, user);
    if (value !== 'false') {
      return [
        `mapping.is_active: yields ${value} for a user with active = false, so it would leave leavers in. ` +
          'Let it yield false for them, as "active and (...)" does.',
      ];
    }
  }
  return [];
}

async function outcomeOf(read: Reader, user: ScimUser): Promise<string> {
  try {
    return String((await read(user)) ?? 'nothing');
  } catch {
    return 'an error';
  }
}

function tableProblems(name: AttributeName, rule: AttributeRule): string[] {
  const values = Object.entries(rule.table ?? {}).map(([key, value]) => ({ at: `table["${key}"]`, value }));
  if (rule.otherwise !== undefined) values.push({ at: 'otherwise', value: rule.otherwise });
  const problems = values.flatMap(({ at, value }) => {
    try {
      // A table is the tenant's own word for what Clarus takes: its type counts, not its spelling.
      toValue(name === 'language' || name === 'timezone' ? 'string1' : name, value);
      return [];
    } catch (error) {
      return [`mapping.${name}.${at}: ${reason(error)}`];
    }
  });
  if (rule.otherwise !== undefined && rule.table === undefined) {
    problems.push(`mapping.${name}.otherwise: has no effect without a table. Add a table or remove it.`);
  }
  return problems;
}

async function expressionProblems(name: AttributeName, rule: AttributeRule): Promise<string[]> {
  const unknown = new Set<string>();
  try {
    const { problems } = await compileMapping({ [name]: rule })(noting(COMPLETE_USER, '', unknown));
    if (unknown.size > 0) {
      const names = [...unknown].map((it) => `"${it}"`).join(', ');
      return [
        `mapping.${name}.expression: a SCIM User has no attribute ${names}. ` +
          `It has ${Object.keys(COMPLETE_USER).join(', ')}.`,
      ];
    }
    // Whether a value is in the table depends on the user; every other problem would strike each user.
    const problem = rule.table === undefined ? problems.get(name) : undefined;
    return problem === undefined ? [] : [`mapping.${name}: ${problem.message}`];
  } catch (error) {
    return [reason(error)];
  }
}

/** The user behind a proxy that notes every name looked up in vain (JSONata asks for own properties). */
function noting<T extends object>(target: T, path: string, unknown: Set<string>): T {
  return new Proxy(target, {
    getOwnPropertyDescriptor(object, key) {
      const own = Reflect.getOwnPropertyDescriptor(object, key);
      if (own === undefined && typeof key === 'string') unknown.add(path + key);
      return own;
    },
    get(object, key) {
      const value: unknown = Reflect.get(object, key);
      if (key === OKTA_USER || typeof key !== 'string') return value;
      if (Array.isArray(value)) return value.map((element) => noting(element, `${key}.`, unknown));
      return typeof value === 'object' && value !== null ? noting(value, `${path}${key}.`, unknown) : value;
    },
  });
}

function reason(error: unknown): string {
  const { message } = Object(error);
  return String(message);
}
