// The thread of the jobs: what jobs/runner.ts starts when there is work, with a database and files of its own.
import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { Config } from './config.ts';

enableCompileCache?.();
const [
  { bulkTask, createBulkRecords },
  { borrowStore },
  { giveWay },
  { loadContract },
  { createValidator },
  { conversationsOfContacts },
  { exportTask },
  { createFiles },
  { duplicatesTask },
  { createImportTask },
  { runTasks, tell },
  { journeysOfContacts, segmentsTask },
  { notesOf },
  { subjectTask },
] = await Promise.all([
  import('./bulk/index.ts'),
  import('./db/open.ts'),
  import('./db/give-way.ts'),
  import('./contract/load.ts'),
  import('./contract/validate.ts'),
  import('./conversations/index.ts'),
  import('./exports/index.ts'),
  import('./files/index.ts'),
  import('./identity/index.ts'),
  import('./imports/index.ts'),
  import('./jobs/index.ts'),
  import('./journeys/index.ts'),
  import('./notes/index.ts'),
  import('./subjects/index.ts'),
]);

if (!parentPort) throw new Error('this is no program, but a thread of one');
const config = workerData as Config;
const contract = loadContract();
const { database, close } = await borrowStore({ ...config, databaseConnections: 2 }, giveWay);
const files = await createFiles(config);
const validator = createValidator(contract);
await runTasks(database, [
  createImportTask({ database, contract, validator, files, log: tell }),
  exportTask({ database, files }),
  bulkTask({ database, contract, validator, records: createBulkRecords(), log: tell }),
  subjectTask({ database, files, dependents: [notesOf('contact'), conversationsOfContacts, journeysOfContacts], log: tell }),
  segmentsTask(database),
  duplicatesTask({ database, log: tell }),
]);
await close();
