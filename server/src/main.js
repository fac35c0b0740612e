#!/usr/bin/env node
// The program. Compiled code is kept between starts, which takes a second off each but the first. That of TypeScript is,
// too, once it was asked to be: for this file it would not be, and what strips its types takes 19 MB.
import { enableCompileCache } from 'node:module';

enableCompileCache?.();
const { serve } = await import('./serve.ts');
await serve().catch((error) => {
  console.error(`Liaison could not start. ${error.message}`);
  process.exit(1);
});
