// The floor of webhooks: the same messages, signed the same way (Standard Webhooks) and sent by bare node:http over as
// many connections at once. It reads nothing from a database and writes down nothing.
//
//   stdin   one line for each round: {url, secret, messages: [{id, text}]}
//   stdout  a line when they have all been answered
import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { limits } from '../../server/src/http/limits.ts';
import type { Message } from './receiver.ts';

const agent = new Agent({ keepAlive: true, maxFreeSockets: limits.webhookConcurrency });

async function main(): Promise<void> {
  for await (const line of createInterface(process.stdin)) {
    const { url, secret, messages } = JSON.parse(line) as { url: string; secret: string; messages: Message[] };
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    const left = messages.values();
    const worker = async () => {
      for (const message of left) await send(url, key, message);
    };
    await Promise.all(Array.from({ length: limits.webhookConcurrency }, worker));
    console.log('sent');
  }
}

function send(url: string, key: Buffer, { id, text }: Message): Promise<void> {
  const timestamp = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${text}`).digest('base64');
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
  return new Promise((resolve, reject) => {
    const sending = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', resolve);
    });
    sending.on('error', reject);
    sending.end(text);
  });
}

if (import.meta.main) await main();
