// Whom an observation means, without a database.
import type { Identifier } from '../../identifiers/index.ts';
import type { Line } from './store.ts';

export type Policy = 'oldest' | 'newest' | 'none';

/** Whom the first identifier that leads to anybody leads to, in the first division where it does. */
export function resolve(
  identifiers: readonly Identifier[],
  lines: readonly Line[],
  policies: Readonly<Record<string, Policy>>,
): { at: number; contactId: string; divisionId: string } | undefined {
  for (const line of lines) {
    const contactId = leadsTo(line, policies[(identifiers[line.at] as Identifier).type] ?? 'oldest');
    if (contactId !== undefined) return { at: line.at, contactId, divisionId: line.divisionId };
  }
  return undefined;
}

function leadsTo(line: Line, policy: Policy): string | undefined {
  switch (policy) {
    case 'oldest':
      return line.oldest;
    case 'newest':
      return line.newest;
    case 'none':
      return line.holders === 1 ? line.oldest : undefined;
    default:
      throw new Error(`unknown policy ${policy satisfies never}`);
  }
}

/** Identified by more than a browser's cookie. */
export const typeOf = (identifiers: readonly Identifier[]): 'Identified' | 'Ephemeral' =>
  identifiers.some(({ type }) => type !== 'Cookie') ? 'Identified' : 'Ephemeral';

/** `Ada King Lovelace` and `Lovelace, Ada King` are the same person; one word is a first name. */
export function nameOf(displayName: string | undefined): { firstName?: string; lastName?: string } {
  const name = displayName?.replaceAll(/\s+/g, ' ').trim();
  if (!name) return {};
  const [, last, first] = /^([^,]+), ?([^,]+)$/.exec(name) ?? [];
  if (last !== undefined && first !== undefined) return { firstName: first.trim(), lastName: last.trim() };
  const space = name.lastIndexOf(' ');
  return space === -1 ? { firstName: name } : { firstName: name.slice(0, space), lastName: name.slice(space + 1) };
}
