// Audit entries as the lines of a file.
import { csvLine } from '../families/csv.ts';
import type { Wire } from '../families/wire.ts';

interface Exported {
  type: string;
  header: string;
  /** @param entry as JSON */
  lineOf(entry: string): string;
}

type Entry = Wire['AuditEntry'];

const COLUMNS: Record<string, (entry: Entry) => string | undefined> = {
  id: ({ id }) => id,
  time: ({ time }) => time,
  action: ({ action }) => action,
  entityType: ({ entity }) => entity.type,
  entityId: ({ entity }) => entity.id,
  entityName: ({ entity }) => entity.name,
  divisionId: ({ division }) => division?.id,
  userId: ({ user }) => user?.id,
  userName: ({ user }) => user?.name,
  clientId: ({ client }) => client.id,
  clientName: ({ client }) => client.name,
  homeOrganizationId: ({ homeOrganization }) => homeOrganization.id,
  correlationId: ({ correlationId }) => correlationId,
  changes: ({ changes }) => JSON.stringify(changes),
};

export const EXPORTED: Record<'csv' | 'ndjson', Exported> = {
  csv: {
    type: 'text/csv; charset=utf-8',
    header: csvLine(Object.keys(COLUMNS)),
    lineOf(text) {
      const entry = JSON.parse(text) as Entry;
      return csvLine(Object.values(COLUMNS).map((of) => of(entry) ?? ''));
    },
  },
  ndjson: { type: 'application/x-ndjson', header: '', lineOf: (text) => `${text}\n` },
};
