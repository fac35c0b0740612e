import { refuse } from '../http/errors.ts';

/** Waits for a write. @throws Refusal 409 naming the field, where its value is taken (SQLSTATE 23505) */
export async function unique<T>(fieldName: string, value: string | undefined, write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if ((error as { code?: string }).code !== '23505') throw error;
    throw refuse('conflict', {
      params: { reason: `The ${fieldName} "${value ?? ''}" is taken.` },
      details: [{ errorCode: 'duplicate', fieldName }],
      cause: error,
    });
  }
}
