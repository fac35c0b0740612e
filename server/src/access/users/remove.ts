// A user goes, and with it what it could do.
import type { Door, Step } from '../../db/database.ts';
import type { Author } from '../../http/principal.ts';
import { deleteSubjectGrants, recordLostGrants } from '../grants/store.ts';
import { groupIdsOfUser, recordGroups } from '../groups/store.ts';
import { deleteUserSteps, recordUsers } from './store.ts';

export async function removeUser(door: Door, author: Author, id: string): Promise<Step[]> {
  const { orgId } = author;
  const groups = await groupIdsOfUser(door, orgId, id);
  return [
    ...recordUsers(author, 'delete', [id]),
    ...recordLostGrants(author, { subjectId: id }),
    ...deleteUserSteps(orgId, id),
    deleteSubjectGrants(orgId, id),
    ...recordGroups(author, 'update', groups),
  ];
}
