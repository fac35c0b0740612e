// A file on its way to the server: announced, sent by the link that it answers with, and looked at there.
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { ownLink } from '../frame/download.tsx';

/** @param onSent bytes so far @returns the upload's id */
export async function sendFile(file: File, onSent: (bytes: number) => void): Promise<string> {
  const { uploadId, uploadUrl, uploadHeaders } = await body(
    api.POST('/liaison/v1/import/uploads', { body: { fileName: file.name.slice(-255), fileSize: file.size } }),
  );
  await put(ownLink(uploadUrl), uploadHeaders, file, onSent);
  return uploadId;
}

/** fetch does not tell how much of a body has gone. */
function put(url: string, headers: Schema['Header'][], file: File, onSent: (bytes: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    for (const { name = '', value = '' } of headers) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => onSent(loaded);
    request.onload = () => (request.status < 300 ? resolve() : reject(new Error(messageIn(request.responseText) ?? `${request.status}`)));
    request.onerror = () => reject(new Error('The file could not be sent.'));
    request.send(file);
  });
}

function messageIn(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { message?: string }).message;
  } catch {
    return undefined;
  }
}

export const detailsOf = (uploadId: string): Promise<Schema['CsvUploadDetailsResponse']> =>
  body(api.GET('/api/v2/externalcontacts/import/csv/uploads/{uploadId}/details', { params: { path: { uploadId } } }));
