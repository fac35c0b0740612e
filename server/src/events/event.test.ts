import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Divisions, UNASSIGNED } from '../http/principal.ts';
import { eventIds, eventOf, type Sight } from './event.ts';
import type { Change } from './feed.ts';

const [HERE, THERE, NOWHERE] = [randomUUID(), randomUUID(), randomUUID()];
const [ORG, KEY] = [randomUUID(), randomBytes(32)];
const ids = eventIds(ORG, KEY);
const sees =
  (contacts: Divisions, organizations: Divisions = contacts): Sight =>
  (kind) =>
    kind === 'contact' || kind === 'contactNote' ? contacts : organizations;
const division = (id: string) => ({ id, name: 'Name', selfUri: `/api/v2/authorization/divisions/${id}` });
const organization = { id: 'o1', name: 'Acme', division: division(THERE), selfUri: '/o1', customFields: { a: 1 }, identifiers: [], tags: ['x'] };
const change = (more: Partial<Change> = {}): Change => ({
  position: 7,
  kind: 'contact',
  recordId: 'c1',
  action: 'update',
  divisionId: HERE,
  leftDivisionId: null,
  at: '2026-07-01T00:00:00.000Z',
  correlationId: 'q1',
  body: { id: 'c1', firstName: 'Ann', division: division(HERE), selfUri: '/c1' },
  ...more,
});
const shown = (of: Change, sight: Sight) => {
  const event = eventOf(of, sight, ids);
  return event && JSON.parse(event.text);
};

describe('an event', () => {
  test('has the envelope of the platform’s notifications, with what was done, when, and its id', () => {
    expect(eventOf(change(), sees('all'), ids)).toEqual({
      id: ids.idOf(7),
      topic: 'v2.externalcontacts.contacts.c1',
      kind: 'contact',
      recordId: 'c1',
      text: JSON.stringify({
        topicName: 'v2.externalcontacts.contacts.c1',
        version: '2',
        eventBody: { id: 'c1', firstName: 'Ann', division: { id: HERE } },
        metadata: { CorrelationId: 'q1', id: ids.idOf(7), action: 'update', time: '2026-07-01T00:00:00.000Z' },
      }),
    });
  });

  test.each([
    ['contact', { mergedTo: { id: 'c2' } }, 'contacts.c1.unresolved'],
    ['organization', {}, 'organizations.c1'],
    ['contactNote', { entityId: 'e1' }, 'contacts.e1.notes.c1'],
    ['organizationNote', { entityId: 'e1' }, 'organizations.e1.notes.c1'],
    ['relationship', {}, 'relationships.c1'],
    ['journeySession', { externalContact: { id: 'e1' } }, 'contacts.e1.journey.sessions'],
    ['journeySegment', { externalContact: { id: 'e1' } }, 'contacts.e1.journey.segments'],
  ] as const)('of a %s has its topic', (kind, body, topic) => {
    expect(eventOf(change({ kind, body: { id: 'c1', ...body } }), sees('all'), ids)?.topic).toBe(`v2.externalcontacts.${topic}`);
  });

  test('refers by bare ids, without links, identifiers and what else notifications lack', () => {
    const body = {
      ...change().body,
      schema: { id: 's1', version: 3, name: 'Schema', selfUri: '/s1' },
      customFields: { size: 'XL' },
      externalIds: [{ externalSource: { id: 'x1', name: 'CRM', selfUri: '/x1' }, value: 'v' }],
      identifiers: [{ type: 'Email', value: 'a@b.c' }],
      canonicalContact: { id: 'c2', selfUri: '/c2' },
      mergeSet: [{ id: 'c2', selfUri: '/c2' }],
      mergedFrom: [{ id: 'c3' }, { id: 'c4' }],
      mergedTo: { id: 'c5' },
      mergeOperation: { sourceContact: { id: 'c6' }, targetContact: { id: 'c7' }, resultingContact: { id: 'c8' } },
    };
    expect(shown(change({ body }), sees('all')).eventBody).toEqual({
      id: 'c1',
      firstName: 'Ann',
      division: { id: HERE },
      schema: { id: 's1', version: 3 },
      customFields: { size: 'XL' },
      externalIds: [{ externalSource: { id: 'x1' }, value: 'v' }],
      canonicalContactId: 'c2',
      mergeSet: ['c2'],
      mergedFrom: ['c3', 'c4'],
      mergedTo: 'c5',
      mergeOperation: { sourceContactId: 'c6', targetContactId: 'c7', resultingContactId: 'c8' },
    });
  });

  test('of a note says whose it is, by its capital', () => {
    const body = { id: 'c1', entityId: 'e1', entityType: 'contact', noteText: 'x', createdBy: { id: 'u1', selfUri: '/u1' }, division: division('*') };
    const expected = { id: 'c1', entityId: 'e1', noteText: 'x', createdBy: { id: 'u1' }, division: { id: '*' } };
    expect(shown(change({ kind: 'contactNote', body }), sees('all')).eventBody).toEqual({ ...expected, entityType: 'Contact' });
    expect(shown(change({ kind: 'organizationNote', body }), sees('all')).eventBody).toEqual({ ...expected, entityType: 'Organization' });
  });

  test.each(['contact', 'relationship'] as const)('of a %s has its organization whole, or by its id where that is hidden', (kind) => {
    const of = change({
      kind,
      body: { ...change().body, externalOrganization: { id: 'o1', selfUri: '/o1' } },
      organization: { divisionId: THERE, body: organization },
    });
    const whole = { id: 'o1', name: 'Acme', division: { id: THERE }, customFields: { a: 1 }, tags: ['x'] };
    expect(shown(of, sees('all')).eventBody.externalOrganization).toEqual(whole);
    expect(shown(of, sees(new Set([HERE, THERE]))).eventBody.externalOrganization).toEqual(whole);
    expect(shown(of, sees(new Set([HERE]))).eventBody.externalOrganization).toEqual({ id: 'o1' });
    expect(shown({ ...of, kind: 'contact' }, sees('all', new Set())).eventBody.externalOrganization).toEqual({ id: 'o1' });
  });
});

describe('is shown', () => {
  test('where its record lies in a division that is seen, or in none', () => {
    expect(shown(change(), sees(new Set([HERE])))).toBeDefined();
    expect(shown(change(), sees(new Set([THERE])))).toBeUndefined();
    expect(shown(change({ divisionId: UNASSIGNED }), sees(new Set([THERE])))).toBeDefined();
    expect(shown(change({ divisionId: UNASSIGNED }), sees(new Set()))).toBeUndefined();
  });

  test('by the kind of record', () => {
    expect(shown(change({ kind: 'contactNote' }), sees(new Set([HERE]), new Set()))).toBeDefined();
    for (const kind of ['organization', 'organizationNote', 'relationship'] as const)
      expect(shown(change({ kind }), sees(new Set([HERE]), new Set()))).toBeUndefined();
  });

  test('as the end of a record that leaves all divisions that are seen', () => {
    const moved = change({ divisionId: THERE, leftDivisionId: HERE });
    expect(shown(moved, sees(new Set([HERE])))).toMatchObject({ topicName: 'v2.externalcontacts.contacts.c1', metadata: { action: 'delete' } });
    expect(shown(moved, sees(new Set([HERE]))).eventBody).toEqual({ id: 'c1' });
    expect(shown(moved, sees(new Set([THERE])))).toMatchObject({ eventBody: { firstName: 'Ann' }, metadata: { action: 'update' } });
    expect(shown(moved, sees(new Set([NOWHERE])))).toBeUndefined();
  });
});

describe('an id', () => {
  const position = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

  test('is a position, and always the same', () => {
    fc.assert(
      fc.property(position, (at) => {
        expect(ids.positionOf(ids.idOf(at))).toBe(at);
        expect(ids.idOf(at)).toBe(eventIds(ORG, KEY).idOf(at));
      }),
    );
  });

  test('as a cursor is another one each time', () => {
    fc.assert(
      fc.property(position, (at) => {
        const cursors = [ids.cursorOf(at), ids.cursorOf(at), ids.idOf(at)];
        expect(cursors.map(ids.positionOf)).toEqual([at, at, at]);
        expect(new Set(cursors).size).toBe(3);
      }),
    );
  });

  test('is nothing to another organization, or with another key', () => {
    fc.assert(
      fc.property(position, (at) => {
        expect(eventIds(randomUUID(), KEY).positionOf(ids.idOf(at))).toBeUndefined();
        expect(eventIds(ORG, randomBytes(32)).positionOf(ids.cursorOf(at))).toBeUndefined();
      }),
    );
  });

  test('is not to be guessed', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uuid(), fc.string(), fc.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)), (text) => {
        expect(ids.positionOf(text)).toBeUndefined();
      }),
    );
  });
});
