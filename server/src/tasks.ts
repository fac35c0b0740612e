// What the thread of the jobs runs, with a database and files of its own.
import { parentPort, workerData } from 'node:worker_threads';
import { bulkTask, createBulkRecords } from './bulk/index.ts';
import type { Config } from './config.ts';
import { loadContract } from './contract/load.ts';
import { createValidator } from './contract/validate.ts';
import { conversationsOfContacts } from './conversations/index.ts';
import { giveWay } from './db/give-way.ts';
import { borrowStore } from './db/open.ts';
import { exportTask } from './exports/index.ts';
import { createFiles } from './files/index.ts';
import { duplicatesTask } from './identity/index.ts';
import { createImportTask } from './imports/index.ts';
import { runTasks, tell } from './jobs/index.ts';
import { journeysOfContacts, segmentsTask } from './journeys/index.ts';
import { notesOf } from './notes/index.ts';
import { subjectTask } from './subjects/index.ts';

if (!parentPort) throw new Error('this is no program, but a thread of one');
const config = workerData as Config;
const contract = loadContract();
const { database, close } = await borrowStore({ ...config, databaseConnections: 2 }, giveWay);
const files = await createFiles(config);
const validator = createValidator(contract);
await runTasks(database, [
  createImportTask({ database, contract, validator, files, log: tell }),
  exportTask({ database, files, log: tell }),
  bulkTask({ database, contract, validator, records: createBulkRecords(), log: tell }),
  subjectTask({ database, files, dependents: [notesOf('contact'), conversationsOfContacts, journeysOfContacts], log: tell }),
  segmentsTask(database),
  duplicatesTask({ database, log: tell }),
]);
await close();
