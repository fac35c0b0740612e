// Files in a bucket of S3 or of anything that speaks like it. Credentials are found the way all of AWS's programs find
// them. Nothing of the client is loaded where files are kept in a folder: it takes memory.
import { Readable } from 'node:stream';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import type { S3Place } from '../config.ts';
import { type FileKey, type Files, NoSuchFile, partsOf } from './file-store.ts';

/** Two parts at a time are in memory. A file of 10,000 parts, which is the most, has 80 GiB. */
const PARTS = { partSize: 8 * 1024 * 1024, queueSize: 2 };

export async function s3Files({ bucket, prefix, endpoint, region }: S3Place): Promise<Files> {
  const { S3Client, GetObjectCommand, DeleteObjectCommand } = await import('@aws-sdk/client-s3');
  const { Upload } = await import('@aws-sdk/lib-storage');
  const client = new S3Client(endpoint === undefined ? {} : elsewhere(endpoint, region));
  const at = (key: FileKey) => ({ Bucket: bucket, Key: [...(prefix === '' ? [] : [prefix]), ...partsOf(key)].join('/') });
  return {
    async write(key, content) {
      let bytes = 0;
      async function* counted() {
        for await (const chunk of content) {
          bytes += (chunk as Buffer).length;
          yield chunk as Buffer;
        }
      }
      await new Upload({ client, params: { ...at(key), Body: Readable.from(counted(), { objectMode: false }) }, ...PARTS }).done();
      return { bytes };
    },
    async read(key, from = 0) {
      try {
        const { Body } = await client.send(new GetObjectCommand({ ...at(key), ...(from > 0 ? { Range: `bytes=${from}-` } : {}) }));
        return Body as Readable;
      } catch (error) {
        const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
        if (status === 404) throw new NoSuchFile(key, error);
        // From the end of the file on there is nothing, and a range must have something.
        if (status === 416) return Readable.from([], { objectMode: false });
        throw error;
      }
    },
    async remove(key) {
      await client.send(new DeleteObjectCommand(at(key)));
    },
    // Parts that were never put together are the service's to let go of, by a rule of the bucket.
    sweep: async () => undefined,
  };
}

/** Services that are not AWS commonly have no host for each bucket, no region that counts, and not its newest checksums. */
const elsewhere = (endpoint: string, region = 'us-east-1'): S3ClientConfig => ({
  endpoint,
  region,
  forcePathStyle: true,
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
});
