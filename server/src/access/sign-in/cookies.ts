// The cookies of signing in: the session, the key of the form, and that of who is at a provider. Neither can be read by a script, or be sent along
// by a form of another site.
import type { FastifyReply, FastifyRequest } from 'fastify';

export type CookieName = 'session' | 'form' | 'visit';

export interface Cookies {
  read(request: FastifyRequest, name: CookieName): string | undefined;
  /** For as long as the browser runs. */
  set(request: FastifyRequest, reply: FastifyReply, name: CookieName, value: string): void;
  clear(request: FastifyRequest, reply: FastifyReply, name: CookieName): void;
}

export function createCookies(publicUrl: string | undefined): Cookies {
  const isSecure = (request: FastifyRequest) => (publicUrl === undefined ? request.protocol === 'https' : publicUrl.startsWith('https:'));
  // RFC 6265bis: a browser takes a __Host- cookie from this very host only, and not from its subdomains.
  const full = (request: FastifyRequest, name: CookieName) => `${isSecure(request) ? '__Host-' : ''}liaison_${name}`;
  const write = (request: FastifyRequest, reply: FastifyReply, name: CookieName, value: string, more = '') => {
    reply.header('set-cookie', `${full(request, name)}=${value}; Path=/; HttpOnly; SameSite=Lax${isSecure(request) ? '; Secure' : ''}${more}`);
  };
  return {
    read(request, name) {
      const wanted = `${full(request, name)}=`;
      const found = (request.headers.cookie ?? '').split(/; */).find((pair) => pair.startsWith(wanted));
      const value = found?.slice(wanted.length);
      return value !== undefined && /^[\w-]{1,200}$/.test(value) ? value : undefined;
    },
    set: write,
    clear: (request, reply, name) => write(request, reply, name, '', '; Max-Age=0'),
  };
}
