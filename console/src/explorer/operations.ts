// The server's own document, as a list of operations.
import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../api/api.ts';

export interface JsonSchema {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: unknown[];
  default?: unknown;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  allOf?: JsonSchema[];
  readOnly?: boolean;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  description?: string;
  schema?: JsonSchema;
}

export interface Operation {
  id: string;
  method: string;
  path: string;
  tag: string;
  summary: string;
  description: string;
  parameters: Parameter[];
  body: JsonSchema | undefined;
  contentType: string | undefined;
  permissions: { mode: 'ANY' | 'ALL'; of: string[] } | undefined;
}

export interface Reference {
  operations: Operation[];
  schemas: Record<string, JsonSchema>;
}

interface Document {
  /** Besides its methods, a path may have parameters that all of them take. */
  paths: Record<string, Record<string, DocumentOperation>>;
  components: { schemas: Record<string, JsonSchema>; parameters?: Record<string, Parameter> };
}
interface DocumentOperation {
  operationId?: string;
  tags?: string[];
  summary?: string;
  description?: string;
  parameters?: (Parameter & { $ref?: string })[];
  requestBody?: { content: Record<string, { schema?: JsonSchema }> };
  'x-permissions'?: Operation['permissions'];
}

export function useReference() {
  return useQuery({
    queryKey: ['openapi'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const answer = await fetch('/openapi.json', { signal });
      if (!answer.ok) throw new ApiError(answer.status, {});
      return read((await answer.json()) as Document);
    },
  });
}

function read({ paths, components }: Document): Reference {
  const resolved = (parameter: Parameter & { $ref?: string }) => components.parameters?.[parameter.$ref?.split('/').at(-1) ?? ''] ?? parameter;
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) => {
      if (!operation.operationId) return [];
      const [contentType, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
      return [
        {
          id: operation.operationId,
          method: method.toUpperCase(),
          path,
          tag: operation.tags?.[0] ?? '',
          summary: operation.summary ?? operation.operationId,
          description: operation.description ?? '',
          parameters: [...((item.parameters as Parameter[] | undefined) ?? []), ...(operation.parameters ?? [])].map(resolved),
          body: content?.schema,
          contentType,
          permissions: operation['x-permissions'],
        },
      ];
    }),
  );
  return { operations: operations.sort((one, other) => one.tag.localeCompare(other.tag)), schemas: components.schemas };
}

const DEEPEST = 4;

/** A body with what must be in it, or with all that may be where nothing must. */
export function exampleOf(schema: JsonSchema | undefined, schemas: Reference['schemas'], depth = 0): unknown {
  if (!schema || depth > DEEPEST) return undefined;
  if (schema.$ref) return exampleOf(schemas[schema.$ref.split('/').at(-1) ?? ''], schemas, depth);
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((one) => exampleOf(one, schemas, depth)));
  if (schema.properties) {
    const required = new Set(schema.required ?? []);
    const asked = Object.entries(schema.properties).filter(([name, one]) => !one.readOnly && (required.size === 0 ? depth === 0 : required.has(name)));
    return Object.fromEntries(asked.map(([name, one]) => [name, exampleOf(one, schemas, depth + 1)]).filter(([, value]) => value !== undefined));
  }
  switch (schema.type) {
    case 'array':
      return [exampleOf(schema.items, schemas, depth + 1)].filter((value) => value !== undefined);
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return 0;
    case 'string':
      return schema.format === 'date-time' ? '2026-01-01T00:00:00.000Z' : '';
    default:
      return schema.type === undefined ? undefined : {};
  }
}
