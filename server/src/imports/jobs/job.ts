// An import job: what it is made of, which commands it takes when, and how far it is.
import type { Actor } from '../../access/index.ts';
import type { Wire } from '../../families/wire.ts';
import type { FileKey } from '../../files/index.ts';
import { type Author, authorOf } from '../../http/principal.ts';
import type { Place, Separator } from '../csv/read.ts';

export type Status = NonNullable<Wire['ContactImportJobResponse']['status']>;
export type Step = NonNullable<Wire['ContactImportJobResponse']['executionStep']>;
export type Command = Wire['ContactImportJobStatusUpdateRequest']['status'];
export type Report = 'dryRun' | 'import' | 'undo';

/** How the job matches and writes: its settings as they were when it was made, so that all its rows are treated alike. */
export interface Rules {
  /** Email and Phone in the order to try. */
  matchingCriteria: string[];
  mergeContacts: boolean;
  externalSourceId: string;
  importFields: { name: string; included: boolean }[];
  mappings: { sourceField: string; targetField: string }[];
}

/** The file that was uploaded, as it was found. */
export interface ImportFile {
  key: FileKey;
  name?: string;
  bytes: number;
  sha256: string;
  separator: Separator;
  /** The header. */
  columns: string[];
  /** Behind the header, and how many rows come there. */
  start: Place;
  rows: number;
}

export interface Counts {
  created: number;
  updated: number;
  merged: number;
  unchanged: number;
  rejected: number;
}

export interface Undo extends Actor {
  status: 'Running' | 'Completed' | 'Failed';
  details?: string;
  /** What it goes through at present, and the position below which it goes on. */
  kind: 'contact' | 'organization';
  below: number;
  deleted: number;
  restored: number;
  unmerged: number;
  left: number;
}

export interface Job {
  id: string;
  orgId: string;
  divisionId: string;
  status: Status;
  step: Step;
  rules: Rules;
  file: ImportFile | null;
  /** Whom it acts for. */
  acting: Actor;
  /** Where the present step goes on, and how many rows lie before. */
  at: Place;
  rowsRead: number;
  workedMs: number;
  firstPosition: number | null;
  lastPosition: number | null;
  undo: Undo | null;
}

export interface Moved {
  status: Status;
  step: Step;
  /** Whether the step begins with the first row. */
  afresh: boolean;
}

/** What a command makes of a job; undefined where it does not suit its state. */
export function commanded({ status, step, undo }: Pick<Job, 'status' | 'step' | 'undo'>, command: Command): Moved | undefined {
  switch (command) {
    case 'Continue':
      return status === 'Running' && step === 'Validated' ? { status, step: 'Importing', afresh: true } : undefined;
    case 'Cancel':
      return status === 'Created' || status === 'Running' ? { status: 'Cancelled', step, afresh: false } : undefined;
    case 'Retry':
      // What was taken back can be taken back no second time.
      return status === 'Failed' && undo === null ? { status: 'Running', step, afresh: false } : undefined;
    default:
      throw new Error(`unknown command ${command satisfies never}`);
  }
}

/** What the server does to a job by itself is done by whoever started it. */
export const authorOfJob = ({ orgId, id, acting }: Job): Author => authorOf({ orgId, ...acting }, id);

/** What a job is once its step has come to the end of the file. */
export const endingOf = ({ step }: Pick<Job, 'step'>): { status: Status; step: Step } =>
  step === 'Importing' ? { status: 'Completed', step } : { status: 'Running', step: 'Validated' };

/** What a job tells of its speed, where it has come far enough to know. */
export function paceOf({ rowsRead, workedMs, at, file }: Pick<Job, 'rowsRead' | 'workedMs' | 'at' | 'file'>): { rowsPerSecond?: number; secondsLeft?: number } {
  if (workedMs === 0 || rowsRead === 0) return {};
  const rowsPerSecond = Math.round((1000 * rowsRead) / workedMs);
  if (!file || at.byte === 0) return { rowsPerSecond };
  return { rowsPerSecond, secondsLeft: Math.ceil((Math.max(0, file.bytes - at.byte) / at.byte) * (workedMs / 1000)) };
}
