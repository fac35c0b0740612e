// Every operation on imports.
import type { Handlers } from '../contract/bind.ts';
import type { Contract } from '../contract/load.ts';
import type { Files } from '../files/index.ts';
import { importExtensionHandlers } from './jobs/extensions.ts';
import { importJobHandlers } from './jobs/operations.ts';
import { csvSettingsHandlers, importSettingsHandlers } from './settings/operations.ts';
import { uploadHandlers } from './uploads/operations.ts';

export interface ImportDeps {
  contract: Contract;
  files: Files;
  /** How the operator says the server is reached. */
  publicUrl: string | undefined;
}

export const importHandlers = ({ contract, files, publicUrl }: ImportDeps): Handlers => ({
  ...uploadHandlers(files, publicUrl),
  ...importSettingsHandlers,
  ...csvSettingsHandlers(contract),
  ...importJobHandlers(publicUrl),
  ...importExtensionHandlers,
});
