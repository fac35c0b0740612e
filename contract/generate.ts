// Writes the merged contract for openapi-typescript, which makes the types that the server is checked against.
import { mkdirSync, writeFileSync } from 'node:fs';
import { loadContract } from '../server/src/contract/load.ts';

const folder = new URL('./generated/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('openapi.json', folder), JSON.stringify(loadContract().document));
