// What the contract cannot say: what a name like `subjectId` refers to, which value makes an identifier. An id that this
// vocabulary does not know fails the test instead of being passed over.

/** Names that stand for another noun's records. */
const ALIASES: Record<string, string> = {
  subject: 'user',
  member: 'user',
  createdBy: 'user',
  objects: 'user',
  default: 'defaultRole',
  // Of a note or an audit entry: a contact will do.
  entity: 'contact',
  // Of a delivery.
  ids: 'event',
  sourceContact: 'contact',
  targetContact: 'contact',
  trusteeOrg: 'trustee',
  trustorOrg: 'trustor',
  trusteeOrganization: 'trustee',
  trustorOrganization: 'trustor',
  trustors: 'trustor',
  externalSettings: 'importSettings',
  externalContact: 'contact',
};
/** Query parameters that take ids and are not called so. */
const QUERIES: Record<string, string> = { after: 'event', topics: 'topic', recordId: 'twin' };
/** Names that look like an id's and refer to no record of an organization. */
const NO_RECORD = new Set([
  'defaultRoleId',
  'homeOrganizationId',
  'correlationId',
  'AppleOpaqueId',
  'ExternalId',
  // The platform's own, and its journeys'.
  'conversationId',
  'communicationId',
  'customerId',
  'externalId',
  'clickId',
  'shortId',
]);
/** What stands under these is not this server's either. */
export const ELSEWHERE = new Set(['conversation', 'lastEvent', 'segment', 'segments', 'session']);
/** What the server makes itself where it is left out, or what has to agree with something else. */
const LEFT_OUT = new Set(['resourceConditionNode', 'sortBy', 'secret', 'cursor', 'keepEditsOn', 'notesTo', 'keep', 'recordIds']);
/** Chosen among the values of an enum before its first. */
export const PREFERRED = ['ExternalId', 'CLIENT_CREDENTIALS', 'EXACT', 'PreferProvided', 'Upsert', 'Cancel'];
/** Path parameters that are words. */
export const WORDS: Record<string, string> = {
  objectType: 'USER',
  entityType: 'contact',
  coreTypeName: 'text',
  versionId: '1',
  conversationId: '0190c0de-0000-7000-8000-000000000000',
};
/** A role that may be granted by whoever reads users. */
export const POLICY: Record<string, string> = { domain: 'directory', entityName: 'user', actionSet: 'view' };

/** The one custom field of every schema. */
export const CUSTOM_FIELD = 'nickname_text';
const JSON_SCHEMA = {
  title: 'Fields',
  properties: {
    [CUSTOM_FIELD]: { allOf: [{ $ref: '#/definitions/text' }], title: 'Nickname', description: 'What friends say', minLength: 0, maxLength: 100 },
  },
};

/** Fields that a partial update changes: to a text, or to the id of a noun. */
export const CHANGES: Record<string, Record<string, string>> = {
  contact: { title: 'text', 'externalOrganization.id': 'externalOrganization', 'division.id': 'division', 'schema.id': 'schema' },
  externalOrganization: { industry: 'text', 'division.id': 'division', 'schema.id': 'schema' },
  bulkJob: { title: 'text', 'externalOrganization.id': 'externalOrganization', 'schema.id': 'schema' },
  note: { noteText: 'text' },
  relationship: { relationship: 'text', 'externalOrganization.id': 'externalOrganization', 'division.id': 'division', 'user.id': 'user' },
};

/** The id by which a deep search finds the records of another. */
export const FILTERS: Record<string, [field: string, noun: string]> = {
  contact: ['externalOrganization.id', 'externalOrganization'],
  externalOrganization: ['division.id', 'division'],
  export: ['externalOrganization.id', 'externalOrganization'],
  view: ['externalOrganization.id', 'externalOrganization'],
};

/** Of the two kinds of settings that are both called so, the one that a path is about. */
const settingsOf = (path: string): string => (path.includes('/import/csv/') ? 'csvSettings' : 'importSettings');
/** In the second dialect, where ids are integers. */
const OF_XURRENT: Record<string, string> = { id: 'xurrentOrganization', contactId: 'xurrentContact' };

/** What an id is of, where its name alone does not say it. */
export function nounAt(path: string, name: string): string {
  if (path.startsWith('/v1/')) return OF_XURRENT[name] ?? nounOf(name);
  if (path === '/liaison/v1/bulk-jobs' && name === 'ids') return 'contact';
  return nounOf(name) === 'settings' ? settingsOf(path) : nounOf(name);
}

/** contactId, divisionIds, createdBy → contact, division, user */
export function nounOf(name: string): string {
  const noun = name.replace(/Ids?$/, '');
  return ALIASES[noun] ?? noun;
}

export const aliasOf = (segment: string): string | undefined => ALIASES[segment] ?? ALIASES[segment.replace(/s$/, '')];

export const isIdName = (name: string): boolean => /^ids?$|Ids?$/.test(name) && !NO_RECORD.has(name);

/** The noun of a text by the name and the pattern of its place; undefined where it is no id. */
export function nounOfText(name: string, pattern: string | undefined): string | undefined {
  // A topic is called an id, too.
  if (pattern?.startsWith('^v2')) return 'topic';
  return QUERIES[name] ?? (isIdName(name) ? nounOf(name) : undefined);
}

/** The noun of a query parameter that takes an id, where its name says it; `id` says nothing. */
export function nounOfQuery(path: string, name: string): string | undefined {
  // Other listings go on behind a cursor.
  if (name === 'after' && !path.startsWith('/liaison/v1/events')) return undefined;
  return QUERIES[name] ?? (isIdName(name) && !/^ids?$/.test(name) ? nounOf(name) : undefined);
}

export function isLeftOut(path: string, name: string): boolean {
  // Notes say what they are about where their path does not.
  if (name === 'entityId' || name === 'entityType') return !path.includes('/bulk/');
  // A person's rights: who is meant is said by an id, for an identifier may be another record's.
  if (name === 'identifiers' && path.startsWith('/liaison/v1/subjects/')) return true;
  // A deep search shows all fields unless some are chosen.
  // Conditions on audits have a vocabulary of their own.
  if (path.endsWith('/audits') && !isIdName(name)) return true;
  // Records are named or looked for; what an act takes besides is taken by no other.
  if (path === '/liaison/v1/bulk-jobs') return ['search', 'everything', 'toDivision', 'reason'].includes(name);
  // Whose a view is changes it, and nobody who only knows its id.
  if (path === '/liaison/v1/views/{viewId}') return name === 'filter';
  // A session lies where its contact does.
  if (name === 'divisionIds' && path.startsWith('/liaison/v1/journey/')) return true;
  // A parent, and a contact point that is there already, are integers that no walk knows; a contact has one value.
  if (path.startsWith('/v1/')) return ['parent_id', 'email', 'website'].includes(name);
  if (path.endsWith('/contact-points')) return ['id', 'email', 'website'].includes(name);
  return LEFT_OUT.has(name) || (name === 'fields' && path.startsWith('/liaison/'));
}

/**
 * What must be so, and no rule of the schema says it; undefined for everything else.
 * @param word stands in every record, and @param text makes another text that has it
 */
export function settledValue(path: string, name: string, word: string, text: () => unknown): unknown {
  if (name === 'jsonSchema') return JSON_SCHEMA;
  if (name === 'q') return word;
  if (name === 'field' && path.endsWith('/enrich')) return '$.externalIds';
  if (name === 'customFields') return { [CUSTOM_FIELD]: text() };
  if (name === 'matchingCriteria') return ['Email', 'Phone'];
  if (name === 'targetField') return '$.firstName';
  // Before it ends, which is as late as any date.
  if (name === 'dateAssigned') return '2026-01-01T00:00:00.000Z';
  // A webhook that is not enabled keeps still, and so does the database under it.
  if (name === 'enabled' && path.includes('/webhooks')) return false;
  // At the highest, two records that are one are not always suggested, and suggestions are asked for.
  if (name === 'duplicateThreshold') return 0.5;
  return undefined;
}
