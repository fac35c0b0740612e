// What the thread of the jobs runs of imports, with all that writing records takes.
import { contactsOfOrganizations, contactWrites } from '../../contacts/index.ts';
import type { Contract } from '../../contract/load.ts';
import type { Validator } from '../../contract/validate.ts';
import { conversationsOfContacts } from '../../conversations/index.ts';
import type { Database } from '../../db/database.ts';
import type { Files } from '../../files/index.ts';
import type { Task } from '../../jobs/index.ts';
import { journeysOfContacts } from '../../journeys/index.ts';
import { notesOf } from '../../notes/index.ts';
import { organizationWrites } from '../../organizations/index.ts';
import { relationshipsOfOrganizations } from '../../relationships/index.ts';
import { createOverlay } from './overlay.ts';
import { importTask } from './run.ts';

export interface ImportTaskDeps {
  database: Database;
  contract: Contract;
  validator: Validator;
  files: Files;
  log(error: unknown, message: string): void;
}

export function createImportTask(deps: ImportTaskDeps): Task {
  const { contract, validator } = deps;
  const dependents = [notesOf('contact'), conversationsOfContacts, journeysOfContacts];
  return importTask({
    ...deps,
    tools: {
      contacts: { writes: contactWrites(dependents), overlay: createOverlay(contract, validator, 'contact'), dependents },
      organizations: {
        writes: organizationWrites([contactsOfOrganizations, notesOf('organization'), relationshipsOfOrganizations]),
        overlay: createOverlay(contract, validator, 'organization'),
      },
    },
  });
}
