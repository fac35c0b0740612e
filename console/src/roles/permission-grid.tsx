// All permissions, by domain and entity, with a box for each action.
import { Checkbox, Group, Stack, Table, TextInput, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useText } from '../language/language.tsx';
import { type Catalogue, type Entity, nameOf } from './permissions.ts';

interface PermissionGridProps {
  catalogue: Catalogue;
  permitted: ReadonlySet<string>;
  onChange?: (permitted: ReadonlySet<string>) => void;
}

export function PermissionGrid({ catalogue, permitted, onChange }: PermissionGridProps) {
  const t = useText();
  const [words, setWords] = useState('');
  const wanted = words.trim().toLowerCase();
  // Whoever may change nothing is shown what is permitted, and no boxes.
  const shown = catalogue.filter((entity) =>
    entity.actions.some((action) => nameOf(entity, action).toLowerCase().includes(wanted) && (onChange || permitted.has(nameOf(entity, action)))),
  );
  const toggle = (names: readonly string[], on: boolean) => {
    const next = new Set(permitted);
    for (const name of names) on ? next.add(name) : next.delete(name);
    onChange?.(next);
  };
  return (
    <Stack gap="xs">
      <TextInput
        size="xs"
        type="search"
        w={280}
        aria-label={t('roles.filter')}
        placeholder={t('roles.filter')}
        leftSection={<IconSearch size={14} aria-hidden />}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      {[...new Set(shown.map(({ domain }) => domain))].map((domain) => (
        <section key={domain} aria-label={domain}>
          <Title order={4} size="h6" mt="sm">
            {domain}
          </Title>
          <Table verticalSpacing={4}>
            <Table.Tbody>
              {shown
                .filter((entity) => entity.domain === domain)
                .map((entity) => (
                  <Row key={entity.name} entity={entity} permitted={permitted} toggle={onChange && toggle} />
                ))}
            </Table.Tbody>
          </Table>
        </section>
      ))}
    </Stack>
  );
}

interface RowProps {
  entity: Entity;
  permitted: ReadonlySet<string>;
  toggle: ((names: readonly string[], on: boolean) => void) | undefined;
}

function Row({ entity, permitted, toggle }: RowProps) {
  const t = useText();
  const names = entity.actions.map((action) => nameOf(entity, action));
  const has = names.filter((name) => permitted.has(name)).length;
  if (!toggle) {
    return (
      <Table.Tr>
        <Table.Th scope="row" fw={400} w="40%">
          {entity.name}
        </Table.Th>
        <Table.Td>{entity.actions.filter((action) => permitted.has(nameOf(entity, action))).join(', ')}</Table.Td>
      </Table.Tr>
    );
  }
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400} w="40%">
        <Checkbox
          size="xs"
          label={entity.name}
          checked={has === names.length}
          indeterminate={has > 0 && has < names.length}
          onChange={() => toggle(names, has < names.length)}
        />
      </Table.Th>
      <Table.Td>
        <Group gap="md">
          {entity.actions.map((action) => (
            <Checkbox
              key={action}
              size="xs"
              label={action}
              aria-label={t('roles.permission', { entity: entity.name, action })}
              checked={permitted.has(nameOf(entity, action))}
              onChange={(event) => toggle([nameOf(entity, action)], event.currentTarget.checked)}
            />
          ))}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
