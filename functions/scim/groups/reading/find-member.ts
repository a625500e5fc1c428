import type { ScimPorts, ScimTenant } from '../../ports.ts';
import { badRequest } from '../../protocol/error.ts';
import { isSameName } from '../../users/names.ts';
import { knownUser } from '../../users/resource.ts';
import { type MemberReference, notAMember } from './member-reference.ts';

/** The id of the user that a reference means. Throws ScimError `invalidValue` for nobody's, and `tooMany`. */
export type FindMember = (reference: MemberReference) => Promise<string>;

/** Names looked up for one request: each is a read, and clients that know more people know them by id. */
const MAX_NAMES = 100;

export function createFindMember(
  { names, records }: Pick<ScimPorts, 'names' | 'records'>,
  scim: Pick<ScimTenant, 'name' | 'client'>,
): FindMember {
  let asked = 0;

  return async function findMember(reference) {
    switch (reference.kind) {
      case 'id':
        return reference.id;
      case 'name': {
        if (++asked > MAX_NAMES) {
          throw badRequest(
            'tooMany',
            `More than ${MAX_NAMES} members are named by display: name them by value.`,
          );
        }
        const id = await userNamed(reference.name);
        if (id === undefined) throw notAMember();
        return id;
      }
      case 'elsewhere':
        throw notAMember();
    }
  };

  /** What a claim says of a name counts as far as the user agrees. */
  async function userNamed(userName: string): Promise<string | undefined> {
    const id = (await names.find(scim.name, scim.client, userName))?.clarusUserId;
    const user = id === undefined ? undefined : knownUser(scim, await records.load(scim.name, id));
    return isSameName(user?.side.resource.userName, userName) ? id : undefined;
  }
}
