// Which topics there are, and how subscriptions name them: all of the platform's on external contacts.
import type { FeedKind } from '../families/changes.ts';
import { isId } from '../families/id.ts';

export interface TopicKind {
  /** With `{id}` where a subscription has an id. */
  template: string;
  kind: FeedKind;
  description: string;
  /** What each `{id}` stands for. */
  parameters: readonly string[];
  /** The operation that reads the record. */
  readBy: string;
  /** Any of these lets one subscribe; the events are held against the same, in the division of each record. */
  permissions: readonly string[];
}

const CONTACT_VIEW = ['externalContacts:contact:view', 'relate:contact:view'];
const ORGANIZATION_VIEW = ['externalContacts:externalOrganization:view', 'relate:externalOrganization:view'];
const API = '/api/v2/externalcontacts';

export const topicKinds: readonly TopicKind[] = [
  {
    template: 'v2.externalcontacts.contacts.{id}',
    kind: 'contact',
    description: 'A contact was created, changed or deleted.',
    parameters: ['contactId'],
    readBy: `${API}/contacts/{contactId}`,
    permissions: CONTACT_VIEW,
  },
  {
    template: 'v2.externalcontacts.contacts.{id}.unresolved',
    kind: 'contact',
    description: 'A contact that was merged into another was changed by itself. Silent for contacts that are not merged.',
    parameters: ['contactId'],
    readBy: `${API}/contacts/{contactId}/unresolved`,
    permissions: CONTACT_VIEW,
  },
  {
    template: 'v2.externalcontacts.contacts.{id}.notes.{id}',
    kind: 'contactNote',
    description: 'A note on a contact was written, changed or deleted.',
    parameters: ['contactId', 'noteId'],
    readBy: `${API}/contacts/{contactId}/notes/{noteId}`,
    permissions: CONTACT_VIEW,
  },
  {
    template: 'v2.externalcontacts.contacts.{id}.journey.sessions',
    kind: 'journeySession',
    description: 'A session of a contact was recorded or changed, or went.',
    parameters: ['contactId'],
    readBy: `${API}/contacts/{contactId}/journey/sessions`,
    permissions: ['externalContacts:session:view'],
  },
  {
    template: 'v2.externalcontacts.contacts.{id}.journey.segments',
    kind: 'journeySegment',
    description: 'A segment was assigned to a contact, for longer than before, or taken away.',
    parameters: ['contactId'],
    readBy: `${API}/contacts/{contactId}/journey/segments`,
    permissions: ['externalContacts:segmentAssignment:view'],
  },
  {
    template: 'v2.externalcontacts.organizations.{id}',
    kind: 'organization',
    description: 'An external organization was created, changed or deleted.',
    parameters: ['externalOrganizationId'],
    readBy: `${API}/organizations/{externalOrganizationId}`,
    permissions: ORGANIZATION_VIEW,
  },
  {
    template: 'v2.externalcontacts.organizations.{id}.notes.{id}',
    kind: 'organizationNote',
    description: 'A note on an external organization was written, changed or deleted.',
    parameters: ['externalOrganizationId', 'noteId'],
    readBy: `${API}/organizations/{externalOrganizationId}/notes/{noteId}`,
    permissions: ORGANIZATION_VIEW,
  },
  {
    template: 'v2.externalcontacts.relationships.{id}',
    kind: 'relationship',
    description: 'A relationship between a user and an external organization was created, changed or deleted.',
    parameters: ['relationshipId'],
    readBy: `${API}/relationships/{relationshipId}`,
    permissions: ORGANIZATION_VIEW,
  },
];

export interface Topic extends TopicKind {
  /** As it is stored and compared: ids in small letters. */
  id: string;
}

/**
 * What a subscription means. The last id, or all of them, may be `*`: nobody can know the id of a record that is yet to
 * be made, and so nobody could be told of it.
 * @returns undefined where this server has no such topic
 */
export function readTopic(text: string): Topic | undefined {
  const parts = text.split('.').map((part) => (isId(part.toLowerCase()) ? part.toLowerCase() : part));
  const template = parts.map((part) => (part === '*' || isId(part) ? '{id}' : part)).join('.');
  const found = topicKinds.find((kind) => kind.template === template);
  const ids = parts.filter((part) => part === '*' || isId(part));
  const anyIsFollowedById = ids.some((id, i) => id === '*' && ids.slice(i).some(isId));
  return found && !anyIsFollowedById ? { ...found, id: parts.join('.') } : undefined;
}

/** All topics by which one may be subscribed to an event: its own, then with `*` for its last id, then for all of them. */
export function topicsThatCover(topic: string): string[] {
  const parts = topic.split('.');
  const covering = [topic];
  for (let i = parts.length - 1; i >= 0; i -= 1) {
    if (!isId(parts[i])) continue;
    parts[i] = '*';
    covering.push(parts.join('.'));
  }
  return covering;
}
