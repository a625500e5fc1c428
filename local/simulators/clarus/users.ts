import * as z from 'zod';

const text = z.string().default('');

/** A user as `/_sim/users` takes and shows it. What is left out has Clarus' default. */
export const clarusUserSchema = z.object({
  id: z.int().positive(),
  email: z.string().min(1),
  name: text,
  role_id: z.int().positive().default(4),
  is_active: z.boolean().default(true),
  language: text,
  timezone: text,
  string1: text,
  string2: text,
  string3: text,
  string4: text,
  string5: text,
  external_system_reference1: text,
  external_system_reference2: text,
  external_system_reference3: text,
});

export type ClarusUserInput = z.input<typeof clarusUserSchema>;
export type ClarusUser = z.output<typeof clarusUserSchema>;

/** The built-in roles, and two that the examples use. */
export const CLARUS_ROLES = [
  { id: 1, name: 'Admin', role_type: 'admin' },
  { id: 2, name: 'Supervisor', role_type: 'standard' },
  { id: 3, name: 'Picker', role_type: 'rf' },
  { id: 4, name: 'Standard', role_type: 'standard' },
  { id: 5, name: 'Client', role_type: 'client' },
  { id: 6, name: 'Financial', role_type: 'financial' },
  { id: 7, name: 'RF', role_type: 'rf' },
] as const;

/** GraphQL's `subdomain_user.id` is another number than `user.id`, which is what REST takes. */
export function subdomainUserId(user: ClarusUser): number {
  return user.id + 9000;
}

export interface ClarusUserTable {
  get(id: number): ClarusUser | undefined;
  /** Those with an address in any letter case, by id: Clarus lets a second one be made by no request. */
  byEmail(email: string): readonly ClarusUser[];
  /** By id. */
  all(): ClarusUser[];
  /** Adds or replaces one user. */
  put(user: ClarusUser): void;
  replaceAll(users: readonly ClarusUserInput[]): void;
  nextId(): number;
}

/** Users by id and, for tests with tens of thousands of them, by address. */
export function createClarusUserTable(): ClarusUserTable {
  const byId = new Map<number, ClarusUser>();
  const byAddress = new Map<string, ClarusUser[]>();
  let highest = 0;

  function byEmail(email: string): readonly ClarusUser[] {
    return byAddress.get(email.toLowerCase()) ?? [];
  }

  function put(user: ClarusUser): void {
    const before = byId.get(user.id);
    if (before !== undefined)
      keep(
        before.email,
        byEmail(before.email).filter(({ id }) => id !== user.id),
      );
    byId.set(user.id, user);
    keep(
      user.email,
      [...byEmail(user.email), user].sort((a, b) => a.id - b.id),
    );
    highest = Math.max(highest, user.id);
  }

  function keep(email: string, users: ClarusUser[]): void {
    if (users.length > 0) byAddress.set(email.toLowerCase(), users);
    else byAddress.delete(email.toLowerCase());
  }

  return {
    get: (id) => byId.get(id),
    byEmail,
    all: () => [...byId.values()],
    put,
    replaceAll(users) {
      const parsed = z.array(clarusUserSchema).parse(users);
      byId.clear();
      byAddress.clear();
      highest = 0;
      for (const user of parsed.sort((a, b) => a.id - b.id)) put(user);
    },
    nextId: () => highest + 1,
  };
}
