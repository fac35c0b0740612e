// The limits that a client meets, each read from where it is enforced: the contract, or the server's file of limits.
import type { Contract, Operation } from '../contract/load.ts';
import { limits } from '../http/limits.ts';

/** How the server goes about its own work: nothing that a client could keep to, or would notice. */
const INTERNAL: readonly (keyof typeof limits)[] = [
  'denseHitsExpected',
  'walkedRowsMax',
  'tokenCacheMs',
  'tokenCacheMax',
  'providerConfigurationMs',
  'providerConfigurationsMax',
  'refusalsRecordedPerMinute',
  'codeKeptSeconds',
  'schemaValidatorsMax',
  'feedPollMs',
  'lookupMs',
  'webhookConcurrency',
  'webhookBatch',
  'webhookGraceMs',
  'webhookTickMs',
  'channelBatchMax',
  'channelUseMs',
  'socketCloseMs',
  'expiredContactsAtOnce',
  'changesForgottenAtOnce',
  'duplicatesTakenMax',
  'duplicatesMatchedMax',
  'duplicatesLearnedPairsMax',
  'duplicatesAroundMax',
  'duplicatesRetryMs',
  'importWavesMax',
  'importMergesMax',
  'importTriesMax',
  'exportTriesMax',
  'importTurnMs',
  'importTellMs',
  'importUndoRecords',
  'jobsPollMs',
  'jobsIdleMs',
  'jobsRetryMs',
  'importChunkRows',
  'importChunkBytes',
  'subjectTriesMax',
  'subjectsAtOnce',
  'subjectHistoryAtOnce',
  'segmentsLapsedAtOnce',
  'healthSteps',
  'healthStepMs',
  'healthKeptMs',
  'healthTablesMax',
  'healthIndexesMax',
];

/** @returns whole numbers by their names. @throws Error where the contract no longer has what one is read from */
export function limitsOf(contract: Contract): Record<string, number> {
  return {
    bulkItemsMax: itemsMax(contract, 'BulkContactsRequest'),
    bulkEnrichItemsMax: itemsMax(contract, 'BulkContactsEnrichRequest'),
    importUploadBytesMax: propertyMax(contract, 'CsvUploadRequest', 'fileSize'),
    importFileBytesMax: propertyMax(contract, 'LiaisonUploadRequest', 'fileSize'),
    pageSizeMax: parameterMax(contract, 'getExternalcontactsContacts', 'pageSize'),
    scanSizeMax: parameterMax(contract, 'getExternalcontactsScanContacts', 'limit'),
    ...Object.fromEntries(Object.entries(limits).filter(([name]) => !INTERNAL.includes(name as keyof typeof limits))),
  };
}

/** What the list of a bulk operation takes: all but those that enrich take the same. */
function itemsMax({ document }: Contract, body: string): number {
  const most = document.components.schemas[body]?.properties?.entities?.maxItems;
  if (most === undefined) throw new Error(`The contract sets no maximum for the items of ${body}.`);
  return most;
}

function propertyMax({ document }: Contract, body: string, property: string): number {
  const most = document.components.schemas[body]?.properties?.[property]?.maximum;
  if (most === undefined) throw new Error(`The contract sets no maximum for ${property} of ${body}.`);
  return most;
}

function parameterMax({ operations }: Contract, id: Operation['operationId'], name: string): number {
  const most = operations.find(({ operationId }) => operationId === id)?.parameters.find((parameter) => parameter.name === name)?.schema.maximum;
  if (most === undefined) throw new Error(`The contract sets no maximum for ${name} of ${id}.`);
  return most;
}
