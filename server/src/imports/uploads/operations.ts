// The operations on uploads.
import type { Call, Handlers } from '../../contract/bind.ts';
import { newId } from '../../families/id.ts';
import { type Files, linkTo, requireFile } from '../../files/index.ts';
import { refuse } from '../../http/errors.ts';
import { limits } from '../../http/limits.ts';
import { divisionArray, reach } from '../../http/principal.ts';
import { type CsvRow, rowsOf } from '../csv/read.ts';
import { uploadHeaders } from './receive.ts';
import { insertUpload, keyOf, sameImported, type Upload, uploadOf } from './store.ts';

/** @param publicUrl how the operator says the server is reached */
export const uploadHandlers = (files: Files, publicUrl: string | undefined): Handlers => ({
  postExternalcontactsImportCsvUploads: (call) => announce(call, publicUrl, limits.importRowsMax),
  postLiaisonImportUploads: (call) => announce(call, publicUrl, null),

  getExternalcontactsImportCsvUploadDetails: async (call) => {
    const upload = await requireUpload(call);
    const { id, fileName, inspection, sha256 } = upload;
    const { separatorValid = true, fileEncodingValid = true, errors = [] } = inspection ?? {};
    const body = { uploadId: id, fileName: fileName ?? undefined, validationResult: { separatorValid, fileEncodingValid, errors }, arrived: upload.arrived };
    if (!inspection || sha256 === null) return JSON.stringify(body);
    const { importable, encoding, separator, columns, rows, errorCount } = inspection;
    const sameAs = await sameImported(call.door, call.principal.orgId, sha256, divisionArray(reach(call.principal, 'externalContacts:importJob:view')));
    return JSON.stringify({
      ...body,
      importable,
      errorCount,
      encoding,
      separator: separator ?? undefined,
      columns,
      rows,
      sha256,
      ...(sameAs === undefined ? {} : { sameAs: { id: sameAs, selfUri: `/api/v2/externalcontacts/import/jobs/${sameAs}` } }),
    });
  },

  getExternalcontactsImportCsvUploadPreview: async (call) => {
    const { id, inspection, attempt } = await requireUpload(call);
    if (!inspection || attempt === null) throw faulty('The file has not arrived.');
    const { importable, separator, errors, columns, start } = inspection;
    if (!importable || separator === null) throw faulty(`The file cannot be read: ${errors.map(({ message }) => message).join(' ')}`);
    const first = await firstRows(files, keyOf(call.principal.orgId, attempt), { separator, from: start });
    return JSON.stringify({ uploadId: id, headers: columns, entries: first.map(({ cells }) => cells) });
  },
});

const tooManyUploads = () =>
  refuse('conflict', {
    params: {
      reason: `The organization has uploaded as much as is kept: ${limits.uploadsKeptMax} files, or ${limits.uploadsKeptBytesMax / 1024 ** 3} GiB. Each is kept for ${limits.uploadLifeDays} days.`,
    },
    limit: { key: 'import.uploads', value: limits.uploadsKeptMax },
  });

const faulty = (reason: string) => refuse('constraint.validation', { params: { reason } });

async function announce({ door, principal, body, headers }: Announcing, publicUrl: string | undefined, rowsMax: number | null) {
  const { orgId, signingKey } = principal;
  const id = newId();
  if (!(await insertUpload(door, orgId, { id, fileName: body.fileName, bytes: body.fileSize, rowsMax }))) throw tooManyUploads();
  const uploadUrl = linkTo({ orgId, id, purpose: 'upload' }, signingKey, { publicUrl, host: headers.host });
  return { status: 201, body: JSON.stringify({ uploadId: id, uploadUrl, uploadHeaders: uploadHeaders(id) }) };
}

type Announcing = Pick<Call<'postExternalcontactsImportCsvUploads'>, 'door' | 'principal' | 'body' | 'headers'>;

/** @throws Refusal 404 */
async function requireUpload({
  door,
  principal,
  path,
}: Pick<Call<'getExternalcontactsImportCsvUploadDetails'>, 'door' | 'principal' | 'path'>): Promise<Upload> {
  const upload = await uploadOf(door, principal.orgId, path.uploadId);
  if (!upload) throw refuse('not.found');
  return upload;
}

async function firstRows(files: Files, key: Parameters<Files['read']>[0], reading: Omit<Parameters<typeof rowsOf>[1], 'size'>): Promise<CsvRow[]> {
  const file = await requireFile(files, key, reading.from?.byte);
  try {
    for await (const rows of rowsOf(file, { ...reading, size: limits.importPreviewRows })) return rows;
    return [];
  } finally {
    file.destroy();
  }
}
