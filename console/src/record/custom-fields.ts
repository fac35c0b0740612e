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
  /** Its core type. */
  type: string;
  /** Titles by the keys that are stored, of a choice. */
  options?: Record<string, string>;
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

interface Definition {
  title?: string;
  allOf?: { $ref?: string }[];
  enum?: string[];
  _enumProperties?: Record<string, { title?: string }>;
}

export function fieldsOf({ id, jsonSchema }: Schema['DataSchema']): CustomField[] {
  const properties = (jsonSchema?.properties ?? {}) as Record<string, Definition>;
  return Object.entries(properties).map(([name, { title = name, allOf, enum: options, _enumProperties }]) => ({
    schemaId: id ?? '',
    name,
    title,
    type: allOf?.[0]?.$ref?.split('/').at(-1) ?? 'text',
    ...(options ? { options: Object.fromEntries(options.map((option) => [option, _enumProperties?.[option]?.title ?? option])) } : {}),
  }));
}

/** The sections of a record's page, with one for its custom fields where there are any. */
export function useSections(kind: Kind, sections: readonly Section[]): readonly Section[] {
  const custom = useCustomFields(kind);
  if (custom.length === 0) return sections;
  return [
    ...sections,
    {
      text: 'section.custom',
      fields: custom.map((field) => ({ ...editFieldOf(field), schemaId: field.schemaId })),
    },
  ];
}

/** By which input a custom field is edited. */
export function editFieldOf({ name, title, type, options }: Omit<CustomField, 'schemaId'>): EditField {
  const choices = type === 'enum' && options ? { options: Object.entries(options).map(([value, label]) => ({ value, label })) } : {};
  return { path: `customFields.${name}`, text: { words: title }, kind: KINDS[type] ?? 'text', ...choices };
}

const KINDS: Record<string, EditField['kind']> = { checkbox: 'boolean', number: 'number', integer: 'number', tag: 'list', date: 'date', url: 'url' };
