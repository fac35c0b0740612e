// All keys, and the one that opens this sheet. `g` and then a letter goes to a screen.
import { Group, Kbd, Modal, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { type TextKey, useText } from '../language/language.tsx';
import { PLACES } from './places.ts';
import { useReturnFocus } from './return-focus.ts';

const KEYS: readonly { title: TextKey; keys: readonly [string, TextKey][] }[] = [
  {
    title: 'keys.everywhere',
    keys: [
      ['Ctrl K', 'keys.search'],
      ['?', 'keys.sheet'],
      ['/', 'keys.filter'],
      ['n', 'keys.new'],
      ['Esc', 'keys.close'],
    ],
  },
  {
    title: 'keys.table',
    keys: [
      ['↑ ↓ ← →', 'keys.move'],
      ['Home End', 'keys.row'],
      ['Ctrl Home End', 'keys.all'],
      ['Page ↑ ↓', 'keys.page'],
      ['Space', 'keys.select'],
      ['Enter', 'keys.open'],
      ['F2', 'keys.edit'],
      ['Space', 'keys.sort'],
      ['Enter', 'keys.column'],
      ['[ ]', 'keys.views'],
    ],
  },
  {
    title: 'keys.merge',
    keys: [
      ['1 … 9', 'keys.pick'],
      ['j k', 'keys.group'],
      ['↑ ↓', 'keys.field'],
      ['Enter', 'keys.accept'],
      ['x', 'keys.dismiss'],
      ['u', 'keys.undo'],
    ],
  },
];

export default function KeySheet({ close }: { close: () => void }) {
  const t = useText();
  useReturnFocus();
  return (
    <Modal opened onClose={close} title={t('keys.title')} size="xl" closeButtonProps={{ 'aria-label': t('action.close') }}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl">
        {KEYS.map(({ title, keys }) => (
          <Sheet key={title} title={t(title)} keys={keys.map(([key, text]) => [key, t(text)])} />
        ))}
        <Sheet title={t('keys.go')} keys={PLACES.flatMap(({ places }) => places.map(({ key, text }) => [`g ${key}`, t(text)] as [string, string]))} />
      </SimpleGrid>
    </Modal>
  );
}

function Sheet({ title, keys }: { title: string; keys: [string, string][] }) {
  return (
    <Stack gap={6}>
      <Title order={3} size="h6">
        {title}
      </Title>
      {keys.map(([key, text]) => (
        <Group key={key} justify="space-between" wrap="nowrap">
          <Text size="sm">{text}</Text>
          <Group gap={4} wrap="nowrap">
            {key.split(' ').map((one) => (
              <Kbd key={one}>{one}</Kbd>
            ))}
          </Group>
        </Group>
      ))}
    </Stack>
  );
}
