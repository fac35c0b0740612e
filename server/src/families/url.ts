/** The request's own path and query with some parameters set: links to other pages of a listing. */
export function withQuery(url: string, set: Record<string, string | number>): string {
  const at = url.indexOf('?');
  const params = new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
  for (const [name, value] of Object.entries(set)) params.set(name, String(value));
  return `${at < 0 ? url : url.slice(0, at)}?${params}`;
}
