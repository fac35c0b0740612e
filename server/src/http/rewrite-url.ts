// Clients that reach the platform through a gateway put a path prefix of their choice before the API and the login
// host (`setGateway` with path_params_api and path_params_login). One listener serves both, so the prefix is dropped.
import type { IncomingMessage } from 'node:http';
import { isXurrent, rewriteXurrent } from './xurrent.ts';

const ROOTS = ['/api/v2/', '/liaison/v1/', '/oauth/', '/logout', '/channels/', '/v1/'];

export function rewriteUrl(request: Pick<IncomingMessage, 'url'>): string {
  const url = withoutPrefix(request.url ?? '/');
  return isXurrent(url) ? rewriteXurrent(url) : url;
}

function withoutPrefix(url: string): string {
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  for (const root of ROOTS) {
    if (path.startsWith(root)) return url;
    const at = path.indexOf(root);
    if (at > 0) return url.slice(at);
  }
  return url;
}
