// The operations on webhooks: an extension, for the platform itself sends events to its own bus only.
import type { Call, Handlers } from '../contract/bind.ts';
import { type Fault, invalidFields } from '../contract/validate.ts';
import type { Door, Step } from '../db/database.ts';
import { eventIds, sightOf } from '../events/index.ts';
import { guarded } from '../families/guarded.ts';
import { newId } from '../families/id.ts';
import { refuse } from '../http/errors.ts';
import { limits } from '../http/limits.ts';
import { leadsAstray } from '../http/public-address.ts';
import { listedDeliveries } from './deliveries.ts';
import { replaySteps } from './queue.ts';
import { createSender } from './sender.ts';
import {
  bodyStep,
  countWebhooks,
  deleteSteps,
  insertSteps,
  knownDivisions,
  listWebhooks,
  rotateSteps,
  type Stored,
  updateSteps,
  webhookSecrets,
  webhookText,
} from './store.ts';
import { REFUSED_URL, readSecret, readSettings, requireSight, type Settings, signing, testMessage } from './webhook.ts';

/** @param privateTargets whether webhooks may lead to addresses that are not public */
export const webhookHandlers = (privateTargets: boolean): Handlers => ({
  getLiaisonWebhooks: async ({ door, principal }) => `{"entities":${await listWebhooks(door, principal.orgId)},"selfUri":"/liaison/v1/webhooks"}`,

  postLiaisonWebhooks: async (call) => {
    const { door, author, principal, body } = call;
    const settings = await readOpen(call, body, privateTargets);
    const secret = readSecret(body.secret);
    if ((await countWebhooks(door, principal.orgId)) >= limits.webhooksMax)
      throw refuse('conflict', { params: { reason: `An organization has at most ${limits.webhooksMax} webhooks.` } });
    const id = newId();
    const made = storedOf(await door.flight([...insertSteps(author, id, settings, secret), bodyStep(author.orgId, id)]));
    return { status: 200, version: made.version, body: JSON.stringify({ ...JSON.parse(made.body), secret }) };
  },

  getLiaisonWebhook: async (call) => {
    const { version, body } = await requireWebhook(call, call.path.webhookId);
    return { status: 200, version, body };
  },

  putLiaisonWebhook: async (call) => {
    const { author, path, body, expectedVersion } = call;
    await requireWebhook(call, path.webhookId);
    const settings = await readOpen(call, body, privateTargets);
    const steps = [...updateSteps(author, path.webhookId, expectedVersion, settings), bodyStep(author.orgId, path.webhookId)];
    return { status: 200, ...storedOf(await change(call, path.webhookId, steps)) };
  },

  deleteLiaisonWebhook: async (call) => {
    await change(call, call.path.webhookId, deleteSteps(call.author, call.path.webhookId, call.expectedVersion));
    return { status: 204 };
  },

  getLiaisonWebhookSecret: async ({ door, principal, path }) => {
    const secrets = await webhookSecrets(door, principal.orgId, path.webhookId);
    if (!secrets) throw refuse('not.found');
    return JSON.stringify({ secret: secrets.secret });
  },

  postLiaisonWebhookSecret: async (call) => {
    const { author, path, body, expectedVersion } = call;
    const secret = readSecret(body?.secret);
    await change(call, path.webhookId, rotateSteps(author, path.webhookId, expectedVersion, secret, body?.overlapSeconds ?? OVERLAP_SECONDS));
    return JSON.stringify({ secret });
  },

  // Sent by this process at once, past the queue, and also where the webhook is not enabled.
  postLiaisonWebhookTest: async ({ door, principal, author, path }) => {
    const secrets = await webhookSecrets(door, principal.orgId, path.webhookId);
    if (!secrets) throw refuse('not.found');
    const sender = createSender(privateTargets);
    const begun = Date.now();
    const { delivered, status, error } = await sender
      .send({ url: secrets.url, secrets: signing(secrets, begun) }, testMessage(path.webhookId, author.correlationId))
      .finally(sender.close);
    return JSON.stringify({ delivered, status, error, milliseconds: Date.now() - begun });
  },

  getLiaisonWebhookDeliveries: async (call) => {
    await requireWebhook(call, call.path.webhookId);
    return listedDeliveries(call, call.path.webhookId, call.query);
  },

  postLiaisonWebhookDeliveriesReplay: async (call) => {
    const { principal, path, body } = call;
    const ids = eventIds(principal.orgId, principal.signingKey);
    const positions = body?.ids?.map((id) => ids.positionOf(id.toLowerCase())).filter((position) => position !== undefined);
    const results = await change(call, path.webhookId, replaySteps(principal.orgId, path.webhookId, positions ?? null));
    return JSON.stringify({ replayed: results.at(-1)?.length ?? 0 });
  },
});

/** How long the secret before signs along where nothing else is asked for: a day. */
const OVERLAP_SECONDS = 86_400;

type Asking = Pick<Call, 'door' | 'principal' | 'expectedVersion'>;

/**
 * What a body says, where the caller may have such a webhook.
 * @throws Refusal 403 where it would see more than he does, 422 naming what is at fault in it
 */
async function readOpen({ door, principal }: Asking, body: Parameters<typeof readSettings>[0], privateTargets: boolean): Promise<Settings> {
  const settings = readSettings(body);
  requireSight(sightOf(principal), settings);
  const faults = await unknownDivisions(door, principal.orgId, settings.divisionIds ?? []);
  if (!privateTargets && (await leadsAstray(new URL(settings.url)))) faults.push(REFUSED_URL);
  if (faults.length > 0) throw invalidFields(faults);
  return settings;
}

async function unknownDivisions(door: Door, orgId: string, ids: readonly string[]): Promise<Fault[]> {
  if (ids.length === 0) return [];
  const known = new Set(await knownDivisions(door, orgId, ids));
  return ids.filter((id) => !known.has(id)).map((id) => ({ field: 'divisionIds', code: 'not.found', rule: `${id} is no division of this organization.` }));
}

/** @throws Refusal 404 */
async function requireWebhook({ door, principal }: Asking, id: string): Promise<Stored> {
  const stored = await webhookText(door, principal.orgId, id);
  if (!stored) throw refuse('not.found');
  return stored;
}

/** Sends a guarded flight on a webhook. @throws Refusal 404 where it is not there, 412 where it has another version */
function change(call: Asking, id: string, steps: readonly Step[]) {
  return guarded(call.door, steps, async () => {
    const stored = await webhookText(call.door, call.principal.orgId, id);
    if (!stored) return refuse('not.found');
    const { expectedVersion: wanted } = call;
    return wanted === undefined || wanted === stored.version ? undefined : refuse('version.mismatch', { params: { stored: stored.version, wanted } });
  });
}

/** The webhook that a flight's last statement read back. */
function storedOf(results: Awaited<ReturnType<Door['flight']>>): Stored {
  const row = results.at(-1)?.[0];
  if (!row) throw new Error('a flight read nothing back');
  return row as unknown as Stored;
}
