#!/usr/bin/env node
// The program. Compiled code is kept between starts, which takes a second off each but the first.
import { enableCompileCache } from 'node:module';

enableCompileCache?.();
const { serve } = await import('./serve.ts');
await serve().catch((error: Error) => {
  console.error(`Liaison could not start. ${error.message}`);
  process.exit(1);
});
