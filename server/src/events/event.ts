// What a follower is shown of a change. Followers of every kind (pages, streams, webhooks, channels) get the same text.
// The bodies are those of the platform's notification topics, which are not those of its operations: references are bare
// ids, there are no links and no identifiers, and a contact carries its whole organization.
import { createCipheriv, createDecipheriv, createHmac, randomInt } from 'node:crypto';
import type { FeedKind } from '../families/changes.ts';
import { isId } from '../families/id.ts';
import { type Divisions, includesDivision, type Principal, reach } from '../http/principal.ts';
import type { Change, WireObject } from './feed.ts';

/** Where somebody may see changes of a kind. */
export type Sight = (kind: FeedKind) => Divisions;

/** Whoever may view the records may follow them. A note is seen with what it is on, a relationship with its organization. */
export const sightOf =
  (principal: Principal): Sight =>
  (kind) => {
    switch (kind) {
      case 'contact':
      case 'contactNote':
      case 'conversation':
        return reach(principal, 'externalContacts:contact:view', 'relate:contact:view');
      case 'journeySession':
        return reach(principal, 'externalContacts:session:view');
      case 'journeySegment':
        return reach(principal, 'externalContacts:segmentAssignment:view');
      case 'importJob':
        return reach(principal, 'externalContacts:importJob:view');
      default:
        return reach(principal, 'externalContacts:externalOrganization:view', 'relate:externalOrganization:view');
    }
  };

export interface Event {
  /** Of the change: see EventIds. */
  id: string;
  topic: string;
  kind: FeedKind;
  recordId: string;
  /** The envelope, as JSON. */
  text: string;
}

/**
 * What is shown of a change to whom sees so far.
 * @returns undefined where it is nothing; of a record that has left his divisions, that it is gone
 */
export function eventOf(change: Change, sight: Sight, ids: EventIds): Event | undefined {
  const divisions = sight(change.kind);
  const sees = includesDivision(divisions, change.divisionId);
  if (!sees && (change.leftDivisionId === null || !includesDivision(divisions, change.leftDivisionId))) return undefined;
  const id = ids.idOf(change.position);
  const topic = topicOf(change);
  const text = JSON.stringify({
    topicName: topic,
    version: '2',
    eventBody: sees ? bodyOf(change, sight('organization')) : { id: change.recordId },
    metadata: { CorrelationId: change.correlationId, id, action: sees ? change.action : 'delete', time: change.at },
  });
  return { id, topic, kind: change.kind, recordId: change.recordId, text };
}

function topicOf({ kind, recordId, body }: Change): string {
  switch (kind) {
    case 'contact':
      return `v2.externalcontacts.contacts.${recordId}${body.mergedTo ? '.unresolved' : ''}`;
    case 'organization':
      return `v2.externalcontacts.organizations.${recordId}`;
    case 'contactNote':
      return `v2.externalcontacts.contacts.${body.entityId}.notes.${recordId}`;
    case 'organizationNote':
      return `v2.externalcontacts.organizations.${body.entityId}.notes.${recordId}`;
    case 'relationship':
      return `v2.externalcontacts.relationships.${recordId}`;
    case 'journeySession':
      return `v2.externalcontacts.contacts.${body.externalContact.id}.journey.sessions`;
    case 'journeySegment':
      return `v2.externalcontacts.contacts.${body.externalContact.id}.journey.segments`;
    // The platform tells nobody of these two; they are ours.
    case 'conversation':
      return `liaison.conversations.${recordId}`;
    case 'importJob':
      return `liaison.imports.${recordId}`;
  }
}

/** The platform's …ChangedTopic… models, field by field (SDK 230.0.0). */
function bodyOf(change: Change, organizations: Divisions): WireObject {
  const { kind, body, organization } = change;
  const shown = organization && includesDivision(organizations, organization.divisionId) ? organizationOf(organization.body) : undefined;
  const whole = shown ?? only(body.externalOrganization, 'id');
  switch (kind) {
    case 'contact':
      return contactOf(body, whole);
    case 'organization':
      return organizationOf(body);
    case 'contactNote':
      return noteOf(body, 'Contact');
    case 'organizationNote':
      return noteOf(body, 'Organization');
    case 'relationship':
      return {
        id: body.id,
        division: only(body.division, 'id'),
        user: only(body.user, 'id'),
        externalOrganization: whole,
        ...only(body, 'relationship', 'createDate', 'modifyDate'),
      };
    case 'conversation':
    case 'journeySession': {
      const { erased: _, ...said } = body;
      return { id: change.recordId, ...said, externalContact: only(body.externalContact, 'id') };
    }
    case 'journeySegment':
      return segmentOf(change);
    case 'importJob':
      return { ...body, division: only(body.division, 'id'), settings: only(body.settings, 'id') };
  }
}

const contactOf = (body: WireObject, externalOrganization: WireObject | undefined): WireObject => ({
  ...only(body, 'id', 'type', 'firstName', 'middleName', 'lastName', 'salutation', 'title', 'workPhone', 'cellPhone', 'homePhone', 'otherPhone'),
  ...only(body, 'workEmail', 'personalEmail', 'otherEmail', 'address', 'surveyOptOut', 'externalSystemUrl', 'twitterId', 'lineId', 'whatsAppId'),
  ...only(body, 'facebookId', 'instagramId', 'appleOpaqueIds', 'customFields', 'createDate', 'modifyDate'),
  ...sharedOf(body),
  externalOrganization,
  canonicalContactId: body.canonicalContact?.id,
  mergeSet: idsOf(body.mergeSet),
  mergedFrom: idsOf(body.mergedFrom),
  mergedTo: body.mergedTo?.id,
  mergeOperation: body.mergeOperation && {
    sourceContactId: body.mergeOperation.sourceContact?.id,
    targetContactId: body.mergeOperation.targetContact?.id,
    resultingContactId: body.mergeOperation.resultingContact?.id,
  },
});

/** With externalIds, schema and what the second dialect says, which the platform's model lacks: without them nobody could keep a copy. */
const organizationOf = (body: WireObject): WireObject => ({
  ...only(body, 'id', 'name', 'companyType', 'industry', 'address', 'phoneNumber', 'faxNumber', 'employeeCount', 'revenue', 'tags', 'websites'),
  ...only(body, 'tickers', 'twitterId', 'externalSystemUrl', 'customFields', 'createDate', 'modifyDate', 'contactPoints', 'xurrent'),
  ...sharedOf(body),
});

const noteOf = (body: WireObject, entityType: string): WireObject => ({
  ...only(body, 'id', 'entityId', 'noteText', 'createDate', 'modifyDate'),
  division: only(body.division, 'id'),
  createdBy: only(body.createdBy, 'id'),
  entityType,
});

const segmentOf = ({ recordId, correlationId, at, action, body }: Change): WireObject => ({
  id: recordId,
  correlationId,
  externalContact: only(body.externalContact, 'id'),
  createdDate: at,
  session: body.session,
  eventType: 'SegmentAssignmentEvent',
  segmentAssignmentEvent: {
    segment: body.segment,
    assignmentState: action === 'delete' ? 'Unassigned' : 'Assigned',
    ...only(body, 'dateAssigned', 'dateForUnassignment'),
  },
});

const sharedOf = (body: WireObject): WireObject => ({
  division: only(body.division, 'id'),
  schema: only(body.schema, 'id', 'version'),
  externalIds: body.externalIds?.map((entry: WireObject) => ({ externalSource: only(entry.externalSource, 'id'), value: entry.value })),
});

const idsOf = (references: { id: string }[] | undefined) => references?.map(({ id }) => id);

function only(body: WireObject | undefined, ...fields: string[]): WireObject | undefined {
  return body && Object.fromEntries(fields.filter((field) => body[field] !== undefined).map((field) => [field, body[field]]));
}

export interface EventIds {
  idOf(position: number): string;
  /** Where a follower has come to, in the form of an event's id but another one each time: whether it is further than before tells nothing. */
  cursorOf(position: number): string;
  /** @returns undefined for what is neither an event's id nor a cursor of this organization */
  positionOf(id: string): number | undefined;
}

/**
 * An event's id is its position, enciphered with a key of the organization's: positions are shared by all organizations,
 * and would tell each how much the others write. One block of AES has exactly a UUID's length: eight bytes of position,
 * four that are random in cursors, and four zeros that with the position's own prove an id to be one of ours.
 */
export function eventIds(orgId: string, signingKey: Buffer): EventIds {
  const key = createHmac('sha256', signingKey).update(`changes ${orgId}`).digest().subarray(0, 16);
  // Blocks without a chain: one cipher does for all of them, where making one costs fifteen times as much as using it.
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  const encipher = (position: number, salt: number) => {
    const block = Buffer.alloc(16);
    block.writeBigUInt64BE(BigInt(position));
    block.writeUInt32BE(salt, 8);
    const hex = cipher.update(block).toString('hex');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  };
  return {
    idOf: (position) => encipher(position, 0),
    cursorOf: (position) => encipher(position, randomInt(1, 2 ** 32)),
    positionOf(id) {
      if (!isId(id)) return undefined;
      const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
      const block = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false).update(bytes);
      const position = block.readBigUInt64BE();
      return block.readUInt32BE(12) === 0 && position <= Number.MAX_SAFE_INTEGER ? Number(position) : undefined;
    },
  };
}
