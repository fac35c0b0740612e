// POST with an Idempotency-Key (IETF draft-ietf-httpapi-idempotency-key-header-07): a client that did not hear the answer
// sends the request again, and is told what came of it the first time. What a request does and what it is answered are one
// transaction, so that a crash at any moment leaves both or neither; the row that stands for the key is written first, so
// that of requests sent at the same time one does the work and the others wait for its answer.
import type { Once } from '../contract/bind.ts';
import type { Database } from '../db/database.ts';
import { refuse } from '../http/errors.ts';
import { limits } from '../http/limits.ts';
import { UNASSIGNED } from '../http/principal.ts';
import { createSeal } from './seal.ts';
import { claim, keep } from './store.ts';

/** Keys belong to an organization's client, and to the user where there is one. Refusals and failures are not kept. */
export function createOnce(database: Database): Once {
  const inTurn = createTurns();
  return (request, work) => {
    const { orgId, clientId, userId = UNASSIGNED, signingKey } = request.principal;
    const key = readKey(request.key);
    const seal = createSeal(signingKey, key);
    const place = { orgId, clientId, userId, key: seal.name };
    const fingerprint = seal.fingerprint(`${request.method} ${request.url}\n${JSON.stringify(request.body ?? null)}`);
    // Taking turns here keeps the retries of one request from holding all the connections that transactions have.
    return inTurn(`${orgId} ${clientId} ${userId} ${key}`, () =>
      database.transaction(orgId, async (door) => {
        const stored = await claim(door, place, fingerprint);
        if (stored && !stored.same) throw refuse('idempotency.key.reused');
        if (stored) return { finished: { status: stored.status, version: stored.version, body: await seal.open(stored.body) }, replayed: true };
        const finished = await work(door);
        const size = Buffer.byteLength(finished.body ?? '');
        if (size > limits.idempotentAnswerBytesMax) throw refuse('idempotent.answer.too.large', { params: { most: limits.idempotentAnswerBytesMax } });
        await keep(door, place, { ...finished, body: await seal.close(finished.body) });
        return { finished, replayed: false };
      }),
    );
  };
}

/** Any printable ASCII, with or without the quotes of a structured field, which then belong to it. */
const KEY = new RegExp(`^[\\x20-\\x7e]{1,${limits.idempotencyKeyCharactersMax}}$`);

function readKey(header: string): string {
  if (KEY.test(header)) return header;
  throw refuse('bad.request', { params: { reason: `an Idempotency-Key has 1 to ${limits.idempotencyKeyCharactersMax} printable ASCII characters.` } });
}

/** Work of the same name is done one after the other. */
function createTurns() {
  const last = new Map<string, Promise<unknown>>();
  return <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const turn = (last.get(name) ?? Promise.resolve()).then(work);
    const over = turn
      .catch(() => undefined)
      .finally(() => {
        if (last.get(name) === over) last.delete(name);
      });
    last.set(name, over);
    return turn;
  };
}
