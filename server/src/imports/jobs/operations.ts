// The operations on import jobs. A job is made, commanded and looked at here; run.ts does its work.
import type { Call, Handlers } from '../../contract/bind.ts';
import { invalidFields } from '../../contract/validate.ts';
import { listAfter } from '../../families/after.ts';
import { bodyOf, guarded, isObjection, TRIES } from '../../families/guarded.ts';
import { isId, newId } from '../../families/id.ts';
import { requireDivision } from '../../families/references.ts';
import { divisionId, type Wire } from '../../families/wire.ts';
import { linkTo, type Purpose } from '../../files/index.ts';
import { refuse } from '../../http/errors.ts';
import { divisionArray, type Principal } from '../../http/principal.ts';
import { csvSettingsStep, hasSource, settingsStep } from '../settings/store.ts';
import { keyOf, uploadOf } from '../uploads/store.ts';
import { type Command, commanded, type ImportFile, type Report, type Rules } from './job.ts';
import { divisionThere, findJob, insertSteps, jobTexts, listJobs, moveSteps, type NewJob } from './store.ts';

/** @param publicUrl how the operator says the server is reached */
export const importJobHandlers = (publicUrl: string | undefined): Handlers => {
  const withLinks = (call: Viewing, { body, reports }: { body: string; reports: Report[] }): string => {
    const job = JSON.parse(body) as Wire['ContactImportJobResponse'];
    const link = (purpose: Purpose) =>
      linkTo({ orgId: call.principal.orgId, id: job.id as string, purpose }, call.principal.signingKey, { publicUrl, host: call.headers.host });
    if (job.metadata && reports.includes('dryRun')) job.metadata.dryRunReportDownloadUrl = link('importDryRunReport');
    if (job.metadata && reports.includes('import')) job.metadata.importReportDownloadUrl = link('importReport');
    return JSON.stringify(job);
  };
  return {
    postExternalcontactsImportCsvJobs: async (call) => {
      const division = divisionOf(call, 'externalContacts:importCsvJob:add');
      const csv = await csvSettingsOf(call, call.body.settingsId);
      const settings = await settingsOf(call, csv.externalSettingsId);
      const file = await fileOf(call, call.body.uploadId);
      const id = newId();
      const rules = { ...settings.rules, mappings: csv.mappings };
      await make(call, { id, divisionId: division, settingsId: settings.id, csvSettingsId: csv.id, rules, uploadId: call.body.uploadId, file });
      return { status: 202, body: JSON.stringify({ job: { id, selfUri: `/api/v2/externalcontacts/import/jobs/${id}` } }) };
    },

    postExternalcontactsImportJobs: async (call) => {
      const division = divisionOf(call, 'externalContacts:importJob:add');
      const { id: settingsId, rules } = await settingsOf(call, call.body.settingsId);
      const id = newId();
      await make(call, { id, divisionId: division, settingsId, csvSettingsId: null, rules: { ...rules, mappings: [] }, uploadId: null, file: null });
      return show(call, id, withLinks);
    },

    getExternalcontactsImportJob: (call) => show(call, call.path.jobId, withLinks, call.query.expand),

    getExternalcontactsImportJobs: (call) => {
      const { jobStatus = null, expand = [] } = call.query;
      return listAfter(call, { listing: `import jobs ${jobStatus ?? ''}`, sizeMax: 100, cursors: true }, async (place) => {
        const rows = await listJobs(call.door, call.principal.orgId, { status: jobStatus, divisions: divisionArray(call.divisions), expand }, place);
        return rows.map((row) => ({ id: row.id, body: withLinks(call, row) }));
      });
    },

    putExternalcontactsImportJob: async (call) => {
      const { jobId, status: command } = call.body;
      const { door, author, path } = call;
      await requireJob(call, path.jobId);
      if (jobId.toLowerCase() !== path.jobId.toLowerCase())
        throw invalidFields([{ field: 'jobId', code: 'mismatch', rule: 'must be the same as in the path.' }], 400);
      await commandJob({ door, author }, path.jobId, command);
      return { status: 202, body: JSON.stringify({ jobId: path.jobId.toLowerCase(), status: command }) };
    },
  };
};

/** The job may have moved on since it was looked at. @throws Refusal 409 for what does not suit its state */
async function commandJob({ door, author }: Pick<Call, 'door' | 'author'>, id: string, command: Command): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const job = await findJob(door, author.orgId, id);
    const to = job && commanded(job, command);
    const state = job?.status === 'Running' ? `Running (${job.step})` : job?.status;
    if (!job || !to) throw refuse('conflict', { params: { reason: `${command} does not suit a job that is ${state}.` } });
    try {
      await door.flight(moveSteps(author, job, to));
      return;
    } catch (error) {
      if (!isObjection(error)) throw error;
      if (tries === TRIES) throw refuse('conflict', { params: { reason: 'The job keeps moving on; try again.' }, cause: error });
    }
  }
}

type Viewing = Pick<Call, 'principal' | 'door' | 'divisions' | 'headers'>;

async function show(
  call: Viewing,
  id: string,
  withLinks: (call: Viewing, shown: { body: string; reports: Report[] }) => string,
  expand: readonly string[] = [],
): Promise<string> {
  const [found] = await jobTexts(call.door, call.principal.orgId, [id], expand, divisionArray(call.divisions));
  if (!found) throw refuse('not.found');
  return withLinks(call, found);
}

/** @throws Refusal 404 for what is hidden from the caller, too */
export async function requireJob({ door, principal, divisions }: Pick<Call, 'principal' | 'door' | 'divisions'>, id: string): Promise<void> {
  const [found] = await jobTexts(door, principal.orgId, [id], [], divisionArray(divisions));
  if (!found) throw refuse('not.found');
}

type Making = Pick<Call, 'door' | 'principal' | 'author' | 'divisions'>;

function divisionOf({ divisions, body }: Making & { body: { division?: Wire['WritableStarrableDivision'] } }, permission: string): string {
  return requireDivision(body.division, divisionId(body.division), divisions, permission);
}

/** @throws Refusal 422 where the division is not there */
async function make({ door, author }: Making, job: NewJob): Promise<string> {
  const missing = invalidFields([{ field: 'division.id', code: 'not.found', rule: `there is no division ${job.divisionId}.` }]);
  return bodyOf(await guarded(door, [...divisionThere(author.orgId, job.divisionId), ...insertSteps(author, job)], async () => missing));
}

/** @throws Refusal 422 */
async function settingsOf({ door, principal }: Making, settingsId: string): Promise<{ id: string; rules: Omit<Rules, 'mappings'> }> {
  const text = isId(settingsId.toLowerCase()) ? await door.text(...settingsStep(principal.orgId, settingsId)) : undefined;
  if (text === undefined) throw invalidFields([{ field: 'settingsId', code: 'not.found', rule: 'must be the id of import settings.' }]);
  const { id, matchingCriteria = [], mergeContacts, externalSourceId, importFields } = JSON.parse(text) as Wire['ContactImportSettings'];
  if (!(await hasSource(door, principal.orgId, externalSourceId)))
    throw refuse('conflict', { params: { reason: 'The external source of these settings has gone.' } });
  return { id: id as string, rules: { matchingCriteria, mergeContacts, externalSourceId, importFields } };
}

/** @throws Refusal 422 */
async function csvSettingsOf(
  { door, principal }: Making,
  settingsId: string,
): Promise<{ id: string; externalSettingsId: string; mappings: Rules['mappings'] }> {
  const text = isId(settingsId.toLowerCase()) ? await door.text(...csvSettingsStep(principal.orgId, settingsId)) : undefined;
  if (text === undefined) throw invalidFields([{ field: 'settingsId', code: 'not.found', rule: 'must be the id of CSV settings.' }]);
  return JSON.parse(text);
}

/** @throws Refusal 422 for an upload that is not there, 409 for one that cannot be read */
async function fileOf({ door, principal }: { door: Call['door']; principal: Principal }, uploadId: string): Promise<ImportFile> {
  const upload = isId(uploadId.toLowerCase()) ? await uploadOf(door, principal.orgId, uploadId) : undefined;
  if (!upload) throw invalidFields([{ field: 'uploadId', code: 'not.found', rule: 'must be the id of an upload, and uploads are kept for a week.' }]);
  const { inspection, attempt, sha256, bytes, fileName } = upload;
  if (!inspection || attempt === null || sha256 === null) throw refuse('conflict', { params: { reason: 'The file of this upload has not arrived.' } });
  const { importable, separator, columns, start, rows, errors } = inspection;
  if (!importable || separator === null)
    throw refuse('conflict', { params: { reason: `The file cannot be imported: ${errors.map(({ message }) => message).join(' ')}` } });
  return { key: keyOf(principal.orgId, attempt), ...(fileName === null ? {} : { name: fileName }), bytes, sha256, separator, columns, start, rows };
}
