// The thread of the jobs: what jobs/runner.ts starts when there is work. See main.js.
import { enableCompileCache } from 'node:module';

enableCompileCache?.();
await import('./tasks.ts');
