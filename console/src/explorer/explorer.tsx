// Every operation of the API, as the server itself documents it, to be tried with the token of whoever is signed in.
import { Badge, NavLink, Paper, ScrollArea, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useMemo, useRef, useState } from 'react';
import { useKeys } from '../frame/hotkeys.ts';
import { Empty, Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import { useAddress } from '../list/address.ts';
import './explorer.css';
import { OperationForm } from './operation-form.tsx';
import { type Operation, type Reference, useReference } from './operations.ts';

export function Explorer() {
  const t = useText();
  const reference = useReference();
  return (
    <Stack className="screen" gap="sm">
      <Title order={1} size="h3">
        {t('explorer.title')}
      </Title>
      <Shown query={reference}>{(read) => <Operations reference={read} />}</Shown>
    </Stack>
  );
}

function Operations({ reference }: { reference: Reference }) {
  const t = useText();
  const [{ operation: chosen }, show] = useAddress<{ operation?: string }>();
  const [words, setWords] = useState('');
  const [openTag, setOpenTag] = useState(reference.operations.find(({ id }) => id === chosen)?.tag);
  const field = useRef<HTMLInputElement>(null);
  useKeys([['/', () => field.current?.focus()]]);
  const operation = reference.operations.find(({ id }) => id === chosen);
  const tags = useMemo(() => {
    const wanted = words.trim().toLowerCase().split(/\s+/);
    const found = reference.operations.filter(({ id, method, path, summary }) => {
      const text = `${method} ${path} ${summary} ${id}`.toLowerCase();
      return wanted.every((word) => text.includes(word));
    });
    return Object.entries(Object.groupBy(found, ({ tag }) => tag));
  }, [reference, words]);
  return (
    <div className="explorer">
      <Paper withBorder className="explorer-list" component="nav" aria-label={t('explorer.operations')}>
        <TextInput
          ref={field}
          type="search"
          size="xs"
          p="xs"
          aria-label={t('explorer.filter')}
          placeholder={t('explorer.filter')}
          leftSection={<IconSearch size={14} aria-hidden />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <ScrollArea flex={1} type="auto" viewportProps={{ tabIndex: 0 }}>
          {tags.length === 0 && (
            <Text size="sm" c="dimmed" p="sm">
              {t('explorer.none')}
            </Text>
          )}
          {tags.map(([tag, operations = []]) => {
            const opened = words.trim() !== '' || tag === openTag;
            return (
              <NavLink
                key={tag}
                component="button"
                label={tag}
                opened={opened}
                aria-expanded={opened}
                onClick={() => setOpenTag(opened ? undefined : tag)}
                childrenOffset={12}
              >
                {/* There are some two hundred: only those that are looked at are in the page. */}
                {opened
                  ? operations.map((one) => <Choice key={one.id} operation={one} chosen={one.id === chosen} choose={() => show({ operation: one.id })} />)
                  : []}
              </NavLink>
            );
          })}
        </ScrollArea>
      </Paper>
      <ScrollArea className="explorer-operation" type="auto" offsetScrollbars="y" viewportProps={{ tabIndex: 0 }}>
        {operation ? (
          <Stack gap="sm">
            <Title order={2} size="h4">
              {operation.summary}
            </Title>
            <Text size="sm" className="breaking" ff="monospace">
              <Badge variant="light" radius="sm" me="xs">
                {operation.method}
              </Badge>
              {operation.path}
            </Text>
            <Text size="sm" className="lines">
              {operation.description}
            </Text>
            {operation.permissions && operation.permissions.of.length > 0 && (
              <Text size="xs" c="dimmed" className="breaking">
                {t(`explorer.permissions.${operation.permissions.mode}`, { permissions: operation.permissions.of.join(', ') })}
              </Text>
            )}
            <OperationForm key={operation.id} operation={operation} schemas={reference.schemas} />
          </Stack>
        ) : (
          <Empty title={t('explorer.choose')}>{t('explorer.choose.hint')}</Empty>
        )}
      </ScrollArea>
    </div>
  );
}

function Choice({ operation: { method, summary }, chosen, choose }: { operation: Operation; chosen: boolean; choose(): void }) {
  return (
    <NavLink
      component="button"
      active={chosen}
      aria-current={chosen ? 'true' : undefined}
      label={summary}
      leftSection={
        <Text component="div" size="xs" ff="monospace" w={48}>
          {method}
        </Text>
      }
      onClick={choose}
    />
  );
}
