import type { Tenant } from './tenant-schema.ts';

type Role = number | string;

/** What in a tenant file does not go together with the rest of it: one sentence each, beginning with its path. */
export function contradictions(tenant: Tenant): string[] {
  return [
    ...profileProblems(tenant),
    ...idProblems(tenant),
    ...roleLists(tenant).flatMap(({ path, roles }) => repeated(path, roles.map(keyOfRole))),
    ...protectedRoleProblems(tenant),
    ...protectionProblems(tenant),
  ];
}

function profileProblems({ profile, sources }: Tenant): string[] {
  // Not quoted: it may be a secret in the wrong place.
  const has = sources.length === 0 ? 'It has none yet.' : `It has ${sources.join(', ')}.`;
  const unknown = profile.flatMap((name, index) =>
    sources.includes(name) ? [] : [`profile.${index}: is no source of this file. ${has}`],
  );
  return [...unknown, ...repeated('profile', profile)];
}

function idProblems({ scimClients, sources }: Tenant): string[] {
  return scimClients.flatMap(({ path, idOf }) =>
    idOf === undefined || sources.includes(idOf)
      ? []
      : [
          `${path}.idOf: this file does not connect "${idOf}". Add ${idOf} to the file, or remove ${path}.idOf.`,
        ],
  );
}

/** Every list of roles in the file that people's roles come from, with its path. */
function roleLists({
  okta,
  scimClients,
  entra,
  protect,
}: Tenant): { path: string; roles: readonly Role[] }[] {
  const clients = scimClients.map(({ path, roles }) => [path, { roles }] as const);
  const sources = [...Object.entries({ okta, entra }), ...clients].flatMap(([path, settings]) =>
    settings?.roles === undefined ? [] : [{ path: `${path}.roles.allowed`, roles: settings.roles.allowed }],
  );
  return [...sources, { path: 'protect.roles', roles: protect.roles }];
}

/** A role that people are given and that protects whoever has it would keep leavers in. */
function protectedRoleProblems(tenant: Tenant): string[] {
  const { protect, defaultRole, mapping } = tenant;
  const rule = mapping.role_id;
  const given = [
    ...roleLists(tenant).filter(({ path }) => path !== 'protect.roles'),
    { path: 'defaultRole', roles: defaultRole === undefined ? [] : [defaultRole] },
    { path: 'mapping.role_id.table', roles: Object.values(rule?.table ?? {}) },
    { path: 'mapping.role_id.otherwise', roles: rule?.otherwise === undefined ? [] : [rule.otherwise] },
  ];
  return protect.roles.flatMap((role, index) => {
    const place = given.find(({ roles }) => roles.some((it) => keyOfRole(it) === keyOfRole(role)));
    if (place === undefined) return [];
    return [
      `protect.roles.${index}: ${place.path} gives this role too, and whoever is given it could not lose access any ` +
        'more. Take it out of one of the two.',
    ];
  });
}

function protectionProblems({ clarus, protect }: Tenant): string[] {
  const listed = protect.users.flatMap((id, index) => (id === clarus.apiUser ? [index] : []));
  const twice = listed.map(
    (index) =>
      `protect.users.${index}: is clarus.apiUser, which is protected without being listed. Remove it here.`,
  );
  return [
    ...twice,
    ...repeated('protect.users', protect.users),
    ...repeated(
      'protect.emails',
      protect.emails.map((email) => email.toLowerCase()),
    ),
  ];
}

function repeated(path: string, values: readonly string[]): string[] {
  return values.flatMap((value, index) => {
    const first = values.indexOf(value);
    return first === index ? [] : [`${path}.${index}: the same as ${path}.${first}. Remove one of the two.`];
  });
}

/** Clarus compares roles' names in any letter case. */
function keyOfRole(role: Role): string {
  return typeof role === 'number' ? `${role}` : `"${role.toLowerCase()}"`;
}
