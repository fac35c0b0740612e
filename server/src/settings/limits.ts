// The limits that a client meets, each read from where it is enforced: the contract, or the server's file of limits.
import type { Contract, Operation, Schema } from '../contract/load.ts';
import { limits } from '../http/limits.ts';

/** How the server goes about its own work: nothing that a client could keep to, or would notice. */
const INTERNAL: readonly (keyof typeof limits)[] = [
  'denseHitsExpected',
  'walkedRowsMax',
  'tokenCacheMs',
  'tokenCacheMax',
  'schemaValidatorsMax',
  'feedPollMs',
  'webhookLookupMs',
  'webhookConcurrency',
  'webhookBatch',
  'webhookGraceMs',
  'webhookTickMs',
  'channelBatchMax',
  'channelUseMs',
  'socketCloseMs',
];

/** @returns whole numbers by their names. @throws Error where the contract no longer has what one is read from */
export function limitsOf(contract: Contract): Record<string, number> {
  return {
    bulkItemsMax: bulkItemsMax(contract),
    pageSizeMax: parameterMax(contract, 'getExternalcontactsContacts', 'pageSize'),
    scanSizeMax: parameterMax(contract, 'getExternalcontactsScanContacts', 'limit'),
    ...Object.fromEntries(Object.entries(limits).filter(([name]) => !INTERNAL.includes(name as keyof typeof limits))),
  };
}

/** The least of what the bulk operations take, which all take the same. */
function bulkItemsMax({ document }: Contract): number {
  const lists = Object.values(document.components.schemas).flatMap((schema: Schema) => Object.values(schema.properties ?? {}));
  const most = Math.min(...lists.flatMap((list) => (list['x-item-by-item'] && list.maxItems ? [list.maxItems] : [])));
  if (!Number.isFinite(most)) throw new Error('The contract has no list that is read item by item.');
  return most;
}

function parameterMax({ operations }: Contract, id: Operation['operationId'], name: string): number {
  const most = operations.find(({ operationId }) => operationId === id)?.parameters.find((parameter) => parameter.name === name)?.schema.maximum;
  if (most === undefined) throw new Error(`The contract sets no maximum for ${name} of ${id}.`);
  return most;
}
