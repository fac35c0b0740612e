// Holds an answer against the contract.
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Contract, Operation } from '../served-contract.ts';

export interface Outcome {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  tookMs: number;
}

/** What is wrong with an answer, in a few words that are the same for the same fault; nothing where all is well. */
export type Judge = (operation: Operation, outcome: Outcome) => string | undefined;

const SLOWEST_MS = 5000;
/** Those that wait for somebody else. */
const PATIENT: Record<string, number> = { postLiaisonWebhookTest: 15_000 };
// Traces, file names, and the sentences of PostgreSQL and its driver.
const INNARDS =
  /\n\s+at \S+ \(|node_modules|\.ts:\d+|\bsyntax error at\b|\bviolates (?:unique|foreign|check|not-null|row-level)|\brelation "\w+"|\bcolumn "?\w+"? (?:does|of)|\binvalid (?:input syntax|byte sequence)|\bout of range for type|\bSQLSTATE|\bLI001\b|\bselect \S+ from \w|\binsert into \w|\bpg_\w+/;

export function createJudge(contract: Contract): Judge {
  const ajv = new Ajv2020({ strict: false, allErrors: false });
  addFormats.default(ajv, ['date-time', 'uuid', 'date', 'uri']);
  // Formats of the contract's own, which only requests need.
  for (const format of ['email', 'http-url', 'uri-template-url']) ajv.addFormat(format, true);
  ajv.addSchema({ ...(anythingAsSent(contract.document) as object), $id: 'contract' }, 'contract');
  const compiled = new Map<string, ValidateFunction>();
  const validatorOf = (pointer: string) => {
    const known = compiled.get(pointer) ?? ajv.compile({ $ref: `contract${pointer}` });
    compiled.set(pointer, known);
    return known;
  };

  return (operation, outcome) => {
    const { status, headers, text, tookMs } = outcome;
    if (status >= 500 && !(status === 501 && operation.gap)) return `answers ${status}`;
    // A key that was another request's is refused alike by every operation: see docs/errors.md.
    if (status === 422 && (parsed(text) as { code?: string } | undefined)?.code === 'idempotency.key.reused') return undefined;
    if (!operation.responses.has(status)) return `status ${status} is not declared`;
    const slowestMs = PATIENT[operation.id] ?? SLOWEST_MS;
    if (tookMs > slowestMs) return `takes longer than ${slowestMs / 1000} s`;
    if (INNARDS.test(text)) return `tells its innards: ${INNARDS.exec(text)?.[0]}`;
    return bodyFault(operation, status, headers, text);
  };

  function bodyFault(operation: Operation, status: number, headers: Outcome['headers'], text: string): string | undefined {
    const pointer = operation.responses.get(status);
    const files = operation.files.get(status);
    const type = String(headers['content-type']);
    if (files !== undefined) return files.some((file) => type.startsWith(file)) ? undefined : `${status} has the content type ${type}`;
    if (operation.method === 'HEAD' || pointer === undefined) return text === '' ? undefined : `${status} has a body and declares none`;
    if (!type.startsWith('application/json')) return `${status} has the content type ${type}`;
    const body = parsed(text);
    if (body === undefined) return `${status} has a body that is no JSON`;
    const valid = validatorOf(pointer);
    if (!valid(body)) {
      const [error] = valid.errors ?? [];
      return `${status} is off its schema: ${error?.instancePath.replaceAll(/\/\d+/g, '/…')} ${error?.message}`;
    }
    const { contextId } = body as { contextId?: string };
    if (status >= 400 && operation.path.startsWith('/api/') && (!contextId || contextId !== headers['inin-correlation-id']))
      return `${status} has no contextId, or another than its header`;
    return undefined;
  }
}

/** The document, in which what is sent back as it came may be anything. */
function anythingAsSent(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(anythingAsSent);
  if (typeof node !== 'object' || node === null) return node;
  if ('x-as-sent' in node) return {};
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, anythingAsSent(value)]));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
