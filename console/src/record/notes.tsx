// Notes on a record: read, written, changed and taken back.
import { Button, Card, Group, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { useUnsaved } from '../api/unsaved.ts';
import { MoreButton } from '../frame/more.tsx';
import { useKeptFocus } from '../frame/return-focus.ts';
import { Empty, Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { ActButton } from '../list/act-button.tsx';
import { usePages } from '../list/pages.ts';
import { useMay } from '../session/session.ts';
import { Ago } from './fields.tsx';
import { type Kind, PERMISSIONS } from './record.ts';

type Note = Schema['Note'];

const PAGE = 25;

/** The same operations of contacts and of organizations. */
const CALLS = {
  contact: {
    list: (id: string, pageNumber: number) =>
      api.GET('/api/v2/externalcontacts/contacts/{contactId}/notes', {
        params: { path: { contactId: id }, query: { pageSize: PAGE, pageNumber, expand: ['author', 'mergeset'] } },
      }),
    add: (id: string, noteText: string) =>
      api.POST('/api/v2/externalcontacts/contacts/{contactId}/notes', { params: { path: { contactId: id } }, body: { noteText } as never }),
    change: (id: string, noteId: string, noteText: string) =>
      api.PUT('/api/v2/externalcontacts/contacts/{contactId}/notes/{noteId}', { params: { path: { contactId: id, noteId } }, body: { noteText } as never }),
    remove: (id: string, noteId: string) =>
      api.DELETE('/api/v2/externalcontacts/contacts/{contactId}/notes/{noteId}', { params: { path: { contactId: id, noteId } } }),
  },
  organization: {
    list: (id: string, pageNumber: number) =>
      api.GET('/api/v2/externalcontacts/organizations/{externalOrganizationId}/notes', {
        params: { path: { externalOrganizationId: id }, query: { pageSize: PAGE, pageNumber, expand: ['author'] } },
      }),
    add: (id: string, noteText: string) =>
      api.POST('/api/v2/externalcontacts/organizations/{externalOrganizationId}/notes', {
        params: { path: { externalOrganizationId: id } },
        body: { noteText } as never,
      }),
    change: (id: string, noteId: string, noteText: string) =>
      api.PUT('/api/v2/externalcontacts/organizations/{externalOrganizationId}/notes/{noteId}', {
        params: { path: { externalOrganizationId: id, noteId } },
        body: { noteText } as never,
      }),
    remove: (id: string, noteId: string) =>
      api.DELETE('/api/v2/externalcontacts/organizations/{externalOrganizationId}/notes/{noteId}', {
        params: { path: { externalOrganizationId: id, noteId } },
      }),
  },
} as const;

export function Notes({ kind, id }: { kind: Kind; id: string }) {
  const t = useText();
  const may = useMay();
  const queries = useQueryClient();
  const calls = CALLS[kind];
  const [text, setText] = useState('');
  useUnsaved(text.trim() !== '');
  const { pages, rows: notes } = usePages(['notes', kind, id], ({ pageNumber = 1 }) => body(calls.list(id, pageNumber)) as Promise<Schema['NoteListing']>);
  const list = useKeptFocus(notes.length);
  const changed = () => queries.invalidateQueries({ queryKey: ['notes', kind, id] });
  const adding = useMutation({
    mutationFn: () => calls.add(id, text) as Promise<unknown>,
    onSuccess: () => {
      setText('');
      return changed();
    },
  });
  const edit = may(...PERMISSIONS[kind].edit);
  return (
    <Stack tabIndex={-1} ref={list}>
      {edit && (
        <Stack
          gap="xs"
          component="form"
          onSubmit={(event) => {
            event.preventDefault();
            adding.mutate();
          }}
        >
          <Textarea
            label={t('notes.new')}
            autosize
            minRows={2}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            error={adding.error?.message}
          />
          <Button size="xs" type="submit" w="fit-content" disabled={text.trim() === ''} loading={adding.isPending}>
            {t('notes.add')}
          </Button>
        </Stack>
      )}
      <Shown query={pages}>
        {() => {
          if (notes.length === 0) return <Empty title={t('notes.none')} />;
          return notes.map((note) => (
            <OneNote
              key={note.id}
              note={note}
              edit={edit}
              changed={changed}
              change={(next) => calls.change(id, note.id ?? '', next)}
              remove={() => calls.remove(id, note.id ?? '')}
            />
          ));
        }}
      </Shown>
      <MoreButton pages={pages} />
    </Stack>
  );
}

interface OneNoteProps {
  note: Note;
  edit: boolean;
  changed: () => Promise<unknown>;
  change: (text: string) => Promise<unknown>;
  remove: () => Promise<unknown>;
}

function OneNote({ note, edit, changed, change, remove }: OneNoteProps) {
  const t = useText();
  const [text, setText] = useState<string>();
  const editing = useRef<HTMLButtonElement>(null);
  const wasEdited = useRef(false);
  // The field that had the focus is gone: what opened it has it again.
  useEffect(() => {
    if (wasEdited.current && text === undefined) editing.current?.focus();
    wasEdited.current = text !== undefined;
  }, [text]);
  const doing = useMutation({ mutationFn: (act: () => Promise<unknown>) => act(), onSuccess: changed });
  return (
    <Card withBorder padding="sm" component="article">
      <Group justify="space-between" wrap="nowrap">
        <Text size="xs" c="dimmed">
          {note.createdBy?.name} {note.createDate && <Ago time={note.createDate} />}
        </Text>
        {edit && text === undefined && (
          <Group gap={4} wrap="nowrap">
            <Button ref={editing} size="compact-xs" variant="subtle" onClick={() => setText(note.noteText ?? '')}>
              {t('action.edit')}
            </Button>
            <ActButton
              size="compact-xs"
              variant="subtle"
              text="action.delete"
              question={{ title: t('notes.delete'), text: note.noteText ?? '' }}
              act={remove}
            />
          </Group>
        )}
      </Group>
      {text === undefined ? (
        <Text size="sm" className="lines">
          {note.noteText}
        </Text>
      ) : (
        <Stack gap="xs">
          <Textarea
            autoFocus
            aria-label={t('notes.edit')}
            autosize
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            error={doing.error?.message}
          />
          <Group gap="xs">
            <Button
              size="compact-xs"
              loading={doing.isPending}
              onClick={() =>
                doing.mutate(async () => {
                  await change(text);
                  setText(undefined);
                })
              }
            >
              {t('action.save')}
            </Button>
            <Button size="compact-xs" variant="default" onClick={() => setText(undefined)}>
              {t('action.cancel')}
            </Button>
          </Group>
        </Stack>
      )}
    </Card>
  );
}
