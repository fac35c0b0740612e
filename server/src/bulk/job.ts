// A bulk job: what it is made of, what it takes, and which commands suit it when.
import type { Actor } from '../access/index.ts';
import type { Wire } from '../families/wire.ts';
import { type Principal, reach } from '../http/principal.ts';

export type Kind = Wire['LiaisonBulkJob']['kind'];
export type Act = Wire['LiaisonBulkJob']['act'];
export type Status = Wire['LiaisonBulkJob']['status'];
export type Search = Wire['LiaisonBulkJobSearch'];
export type Report = 'job' | 'undo';

/** What an act takes besides the records. */
export interface Wish {
  changes?: Wire['ContactsPatchChange'][];
  /** As on the wire. */
  toDivision?: string;
  reason?: string;
}

export interface Undo extends Actor {
  status: 'Running' | 'Completed' | 'Failed';
  details?: string;
  /** The position below which it goes on. */
  below: number;
  restored: number;
  left: number;
}

export interface Job {
  id: string;
  orgId: string;
  kind: Kind;
  act: Act;
  wish: Wish;
  /** Null where the records were named. */
  search: Search | null;
  countFirst: boolean;
  status: Status;
  /** Whom it acts for. */
  acting: Actor;
  foundUpTo: string | null;
  foundAll: boolean;
  found: number;
  /** Records that were gone through. */
  at: number;
  erasureId: string | null;
  firstPosition: number | null;
  lastPosition: number | null;
  undo: Undo | null;
  /** As a date of the wire. */
  createdAt: string;
}

/** What an act takes: any of these, as the single operation does; nothing where there is no such act. */
export const PERMISSIONS: Record<Kind, Record<Act, readonly string[]>> = {
  contact: {
    edit: ['relate:contact:edit', 'externalContacts:contact:edit'],
    move: ['relate:contact:edit', 'externalContacts:contact:edit'],
    delete: ['relate:contact:delete', 'externalContacts:contact:delete'],
    erase: ['liaison:subject:erase'],
  },
  organization: {
    edit: ['relate:externalOrganization:edit', 'externalContacts:externalOrganization:edit'],
    move: [],
    delete: ['relate:externalOrganization:delete', 'externalContacts:externalOrganization:delete'],
    erase: [],
  },
};

/** Who may see which jobs: his own, where he may still do what they do, and everybody's, where he may do that everywhere. */
export interface Viewer {
  orgId: string;
  clientId: string;
  userId: string | null;
  /** Kinds and acts, as one word. */
  some: string[];
  all: string[];
}

export function viewerOf(principal: Principal): Viewer {
  const powers = Object.entries(PERMISSIONS).flatMap(([kind, acts]) =>
    Object.entries(acts).flatMap(([act, permissions]) =>
      permissions.length === 0 ? [] : [{ power: `${kind} ${act}`, divisions: reach(principal, ...permissions) }],
    ),
  );
  return {
    orgId: principal.orgId,
    clientId: principal.clientId,
    userId: principal.userId ?? null,
    some: powers.filter(({ divisions }) => divisions === 'all' || divisions.size > 0).map(({ power }) => power),
    all: powers.filter(({ divisions }) => divisions === 'all').map(({ power }) => power),
  };
}

/** Why no job erases where a second person is wanted: it hands its people over by the hundred, each time with a question. */
export const ONE_BY_ONE =
  'The organization wants a second person for each erasure: ask for it at /liaison/v1/subjects/erasures, for up to 1,000 people at once.';

/** What a command makes of a job; undefined where it does not suit its state. */
export function commanded({ status, foundAll, undo }: Job, command: 'continue' | 'cancel'): Status | undefined {
  if (undo !== null) return undefined;
  if (command === 'cancel') return status === 'Counting' || status === 'Counted' || status === 'Running' ? 'Cancelled' : undefined;
  if (status !== 'Counted' && status !== 'Failed') return undefined;
  return foundAll ? 'Running' : 'Counting';
}

/** Why a job cannot be taken back; undefined where it can. */
export function whyNotUndone({ act, status, undo }: Job): string | undefined {
  if (act === 'delete' || act === 'erase') return 'What was deleted or erased cannot be taken back.';
  if (undo) return undo.status === 'Running' ? 'The job is being taken back.' : undo.status === 'Completed' ? 'The job was taken back already.' : undefined;
  return status === 'Completed' || status === 'Failed' || status === 'Cancelled' ? undefined : 'The job is not over: cancel it first.';
}
