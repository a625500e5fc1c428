import type { PatchOperation } from '../../change/operations.ts';
import { equalities, type Filter } from '../../filter/filter.ts';
import { badRequest, ScimError } from '../../protocol/error.ts';
import type { FindMember } from './find-member.ts';
import { membersBelow, referenceIn } from './member-reference.ts';

type Op = PatchOperation['op'];

/** Reads members as clients send them, so that each is told by the id of the user. Throws ScimError. */
export interface MemberList {
  /** The members of a list, or one by itself. */
  read(op: Op, value: unknown): Promise<unknown>;
  /** The path by which somebody is removed, with ids in it; undefined where it means nobody. */
  removal(path: string, filter: Filter): Promise<string | undefined>;
}

/** `refuse` is told of a member who is nobody, while the rest of the request is carried out. */
export function createMemberList(findMember: FindMember, refuse: (refusal: ScimError) => void): MemberList {
  async function read(op: Op, value: unknown): Promise<unknown> {
    const below = membersBelow(value);
    if (typeof below !== 'object' && typeof below !== 'number') return below;
    if (below === null) return below;
    const known: unknown[] = [];
    const refusals: ScimError[] = [];
    for (const member of [below].flat()) {
      const one = await byId(member);
      if (one instanceof ScimError) refusals.push(one);
      else known.push(one);
    }
    const [refusal] = refusals;
    if (refusal === undefined) return known;
    // By a list in which nobody is known nobody can have been meant to leave.
    if (op === 'replace' && known.length === 0) throw refusal;
    refuse(refusal);
    return known;
  }

  /** `members[display eq "lea"]` as `members[value eq "42"]`. */
  async function removal(path: string, filter: Filter): Promise<string | undefined> {
    if (!isByName(filter)) return path;
    const parts: string[] = [];
    for (const {
      path: { sub },
      value,
    } of equalities(filter) ?? []) {
      const { name = 'value' } = sub ?? {};
      const one = name === '$ref' || name === 'display' ? await byId({ [name]: value }) : { [name]: value };
      if (one instanceof ScimError) {
        refuse(one);
        return undefined;
      }
      parts.push(...Object.entries(Object(one)).map(([part, it]) => `${part} eq ${JSON.stringify(it)}`));
    }
    if (parts.length === 0) throw notByName();
    return `members[${parts.join(' and ')}]`;
  }

  async function byId(member: unknown): Promise<unknown> {
    const reference = referenceIn(member);
    if (reference === undefined) return member;
    try {
      return { value: await findMember(reference) };
    } catch (error) {
      if (error instanceof ScimError && error.scimType === 'invalidValue') return error;
      throw error;
    }
  }

  return { read, removal };
}

function isByName(filter: Filter): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return isByName(filter.left) || isByName(filter.right);
    case 'not':
    case 'values':
      return isByName(filter.filter);
    case 'present':
    case 'compare':
      return filter.path.sub?.name === '$ref' || filter.path.sub?.name === 'display';
  }
}

function notByName(): ScimError {
  return badRequest(
    'invalidPath',
    'By display and $ref members can only be told with eq and and: name them by value, the id of the user.',
  );
}
