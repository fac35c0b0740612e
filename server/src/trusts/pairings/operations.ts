// The operations on pairings: how an organization asks another to let its people in.
import { randomUUID } from 'node:crypto';
import { findSubjects } from '../../access/index.ts';
import type { Handlers } from '../../contract/bind.ts';
import { isId } from '../../families/id.ts';
import { refuse } from '../../http/errors.ts';
import type { TrustDeps } from '../trust.ts';
import { insertPairing, pairingText } from './store.ts';

export const pairingHandlers = ({ database, pairingHours }: TrustDeps): Handlers => ({
  postOrgauthorizationPairings: async ({ door, principal, author, body }) => {
    const wanted = { PC_USER: idsOf(body.userIds), PC_GROUP: idsOf(body.groupIds) };
    const all = [...wanted.PC_USER, ...wanted.PC_GROUP];
    if (all.length === 0) throw refuse('trustee.user.required');
    const subjects = await findSubjects(door, principal.orgId, all.filter(isId));
    for (const [type, ids] of Object.entries(wanted)) {
      const unknown = ids.find((id) => !subjects.some((subject) => subject.id === id && subject.type === type));
      if (unknown !== undefined) throw refuse('not.found', { details: [{ errorCode: 'not.found', entityId: unknown }] });
    }
    // By chance and not by time: who knows the id can use it.
    const id = randomUUID();
    await door.flight(insertPairing(author, { id, userIds: wanted.PC_USER, groupIds: wanted.PC_GROUP, hours: pairingHours }));
    // Through the door of the request, which alone sees it before an Idempotency-Key's transaction ends.
    const text = await pairingText(door, id);
    return text as string;
  },

  getOrgauthorizationPairing: async ({ path }) => {
    const text = await pairingText(database.system, path.pairingId);
    if (text === undefined) throw refuse('not.found');
    return text;
  },
});

const idsOf = (ids: readonly string[] = []): string[] => [...new Set(ids.map((id) => id.toLowerCase()))];
