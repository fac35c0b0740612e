// What the directory's tests share: paths, ids, and records made over plain HTTP.
import { must } from './access-callers.ts';
import type { Json } from './sdk.ts';
import type { Server } from './server.ts';

export const E = '/api/v2/externalcontacts';

/** An id that nothing has. */
export const NOBODY = '01890000-0000-7000-8000-000000000000';
export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
export const UNASSIGNED = { id: '*', selfUri: '/api/v2/authorization/divisions/*' };

/** The body of every 404 on a record. */
export const NOT_FOUND = {
  message: 'The requested resource was not found.',
  code: 'not.found',
  status: 404,
  messageParams: {},
  contextId: expectUuid(),
  details: [],
  errors: [],
};

/** Makes a record that must be made, and gives what the server says of it. */
export const make = (server: Server, path: string, body: unknown): Promise<Json> => must(server, 'POST', E + path, body);

export async function makeContacts(server: Server, bodies: unknown[]): Promise<Json[]> {
  const made: Json[] = [];
  for (const body of bodies) made.push(await make(server, '/contacts', body));
  return made;
}

export const idsOf = (entities: { id: string }[]): string[] => entities.map(({ id }) => id);

function expectUuid(): unknown {
  return { asymmetricMatch: (value: unknown) => UUID.test(String(value)), toString: () => 'a UUID' };
}
