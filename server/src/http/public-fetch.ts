// fetch() for libraries that make requests of their own, held to public addresses like every request that somebody told the
// server to make. Node's own takes no look-up. It follows no redirect.
import http from 'node:http';
import https from 'node:https';
import { ADDRESS_REFUSED, namesPrivate, publicLookup } from './public-address.ts';

export interface Asked {
  method: string;
  headers: Record<string, string>;
  body?: unknown;
  signal?: AbortSignal | undefined;
}

/**
 * @param privateTargets whether addresses that are not public may be asked, too
 * @param bytesMax of an answer's body; a longer one is refused
 */
export function createPublicFetch(privateTargets: boolean, bytesMax: number): (url: string, asked: Asked) => Promise<Response> {
  return async (text, { method, headers, body, signal }) => {
    const url = new URL(text);
    // Node connects to a literal address without a look-up that could object.
    if (!privateTargets && namesPrivate(url)) throw Object.assign(new Error(ADDRESS_REFUSED), { code: ADDRESS_REFUSED });
    const options = { method, headers, ...(signal ? { signal } : {}), ...(privateTargets ? {} : { lookup: publicLookup }) };
    return new Promise((resolve, reject) => {
      const request = (url.protocol === 'https:' ? https : http).request(url, options);
      request.on('error', reject);
      request.on('response', (response) => {
        read(response, bytesMax)
          .then((bytes) => answerOf(response, bytes))
          .then(resolve, reject);
      });
      request.end(body === undefined || body === null ? undefined : String(body));
    });
  };
}

async function read(response: http.IncomingMessage, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new Error(`the answer is longer than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** @throws RangeError for a status that is none */
function answerOf({ statusCode, rawHeaders }: http.IncomingMessage, bytes: Buffer): Response {
  const headers = new Headers();
  for (let i = 0; i < rawHeaders.length; i += 2) headers.append(rawHeaders[i] as string, rawHeaders[i + 1] as string);
  return new Response(bytes.length === 0 ? null : new Uint8Array(bytes), { status: statusCode ?? 0, headers });
}
