// A request as a command that can be run in a shell. The token stays out of it.

export interface Call {
  method: string;
  /** From the host on. */
  url: string;
  body?: string | undefined;
}

export function curlOf({ method, url, body }: Call): string {
  const lines = [`curl -X ${method} '${location.origin}${url.replaceAll("'", '%27')}'`, `  -H "Authorization: Bearer $TOKEN"`];
  if (body) lines.push(`  -H 'Content-Type: application/json'`, `  -d '${body.replaceAll("'", "'\\''")}'`);
  return lines.join(' \\\n');
}
