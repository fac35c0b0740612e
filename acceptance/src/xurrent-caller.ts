// A caller of Xurrent's API, and what its page "Organizations – Contacts API" shows as an example.
import { must } from './access-callers.ts';
import { E } from './directory.ts';
import type { Answer, Json, Server } from './server.ts';

/** The page's own list, as it stands there. */
export const EXAMPLE = `[
  { "label": "general", "id": 68, "telephone": "+1 (203) 413 4880" },
  { "label": "service_desk", "id": 67, "telephone": "+1 (800) 4-BEST-IT or +1 (800) 423 7848" },
  { "label": "fax", "id": 70, "telephone": "+1 (203) 413 4881" },
  { "label": "general", "id": 65, "email": "info@best-it.com" },
  { "label": "service_desk", "id": 69, "email": "helpdesk@best-it.com" },
  { "label": "general", "id": 66, "website": "www.best-it.com" },
  { "label": "service_desk", "id": 71, "website": "www.support.best-it.com" }
]`;

export interface Xurrent {
  send<B = Json>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<B>>;
  /** The same where it must go well; what it says. */
  must(method: string, path: string, body?: unknown): Promise<Json>;
  /** A new organization; its integer id, and the folder of its contacts. */
  organization(more?: Record<string, unknown>): Promise<{ id: number; uuid: string; contacts: string }>;
}

export function xurrent(server: Server, token?: string): Xurrent {
  const send: Xurrent['send'] = (method, path, body, headers = {}) =>
    server.request(method, `/v1${path}`, { headers, ...(body === undefined ? {} : { body }), ...(token === undefined ? {} : { token }) });
  const mustSend: Xurrent['must'] = async (method, path, body) => {
    const answer = await send(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  return {
    send,
    must: mustSend,
    async organization(more = {}) {
      const { id, nodeID } = await mustSend('POST', '/organizations', { name: 'Best IT', ...more });
      return { id, uuid: nodeID, contacts: `/organizations/${id}/contacts` };
    },
  };
}

/** The same organization in External Contacts. */
export const inDirectory = (server: Server, uuid: string): Promise<Json> => must(server, 'GET', `${E}/organizations/${uuid}`);
