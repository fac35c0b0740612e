// The custom fields of the organization's schemas, under the names that people gave them.
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { useMay } from '../session/session.ts';
import type { EditField, Section } from './fields.tsx';
import type { Kind } from './record.ts';

export interface CustomField {
  schemaId: string;
  /** In `customFields`. */
  name: string;
  title: string;
  type: string;
}

const NONE: CustomField[] = [];

export function useCustomFields(kind: Kind): CustomField[] {
  const may = useMay();
  const schemas = useQuery({
    queryKey: ['schemas', kind],
    enabled: may('externalContacts:customFields:view'),
    staleTime: 60_000,
    queryFn: async () => {
      const path = kind === 'contact' ? '/api/v2/externalcontacts/contacts/schemas' : '/api/v2/externalcontacts/organizations/schemas';
      return (await body(api.GET(path))).entities as Schema['DataSchema'][];
    },
  });
  return useMemo(() => schemas.data?.filter(({ enabled }) => enabled !== false).flatMap(fieldsOf) ?? NONE, [schemas.data]);
}

export function fieldsOf({ id, jsonSchema }: Schema['DataSchema']): CustomField[] {
  const properties = (jsonSchema?.properties ?? {}) as Record<string, { title?: string; type?: string }>;
  return Object.entries(properties).map(([name, { title, type }]) => ({ schemaId: id ?? '', name, title: title ?? name, type: type ?? 'string' }));
}

/** The sections of a record's page, with one for its custom fields where there are any. */
export function useSections(kind: Kind, sections: readonly Section[]): readonly Section[] {
  const custom = useCustomFields(kind);
  if (custom.length === 0) return sections;
  return [
    ...sections,
    {
      text: 'section.custom',
      fields: custom.map(({ name, title, type }) => ({ path: `customFields.${name}`, text: { words: title }, kind: KINDS[type] ?? 'text' })),
    },
  ];
}

const KINDS: Record<string, EditField['kind']> = { boolean: 'boolean', number: 'number', integer: 'number', array: 'list' };
