// Contact points in the manners of the first dialect, under /liaison/v1: e-mail addresses and service-desk points, for which
// external organizations have no fields, can be seen and kept there, too.
import type { Handlers } from '../contract/bind.ts';
import { type Fault, invalidFields } from '../contract/validate.ts';
import type { Wire } from '../families/wire.ts';
import { type ContactPoint, integerId } from '../organizations/index.ts';
import { inOrder, readContact, shown } from './contacts.ts';
import { type Directory, pointsOf } from './directory.ts';

export const pointHandlers = (directory: Directory): Handlers => ({
  getLiaisonOrganizationContactPoints: async (call) => {
    const found = await directory.see(call);
    return { status: 200, version: found.version, body: bodyOf(found.id, pointsOf(found)) };
  },

  putLiaisonOrganizationContactPoints: async (call) => {
    const written = await directory.changePoints(call, (points) => replaced(points, call.body.entities));
    return { ...written, body: bodyOf(call.path.externalOrganizationId, pointsOf(written)) };
  },
});

const bodyOf = (id: string, points: readonly ContactPoint[]) =>
  JSON.stringify({
    organizationNumber: integerId(id),
    entities: inOrder(points).map(shown),
    selfUri: `/liaison/v1/organizations/${id}/contact-points`,
  });

type Input = Wire['LiaisonContactPointsInput']['entities'][number];

/** What is named by id stays in its place, what is new comes after it. @throws Refusal 422 naming an id that is none of them, or comes twice */
function replaced(points: readonly ContactPoint[], inputs: readonly Input[]): ContactPoint[] {
  const faults: Fault[] = [];
  const read = inputs.map((input, i) => {
    const point = readContact(undefined, input, [], `entities[${i}]`);
    if (input.id === undefined) return point;
    if (!points.some(({ id }) => id === input.id))
      faults.push({ field: `entities[${i}].id`, code: 'not.found', rule: 'is no contact point of this organization.' });
    if (inputs.findIndex(({ id }) => id === input.id) !== i) faults.push({ field: `entities[${i}].id`, code: 'duplicate', rule: 'comes twice.' });
    return { ...point, id: input.id };
  });
  if (faults.length > 0) throw invalidFields(faults);
  const place = ({ id }: ContactPoint) => points.findIndex((point) => point.id === id) + 1 || points.length + 1;
  return read.toSorted((a, b) => place(a) - place(b));
}
