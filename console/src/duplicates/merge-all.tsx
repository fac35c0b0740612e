// Merges all pairs from a likelihood on, one after the other, after a look at what they are. Each is accepted as if by hand,
// so that none that somebody else has decided on meanwhile is touched; those are told, with the reason.
import { Anchor, Button, Group, List, Modal, NumberInput, Progress, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { FormattedNumber } from 'react-intl';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { useReturnFocus } from '../frame/return-focus.ts';
import { Shown } from '../frame/states.tsx';
import { useText } from '../language/language.tsx';
import type { Kind, RecordBody } from '../record/record.ts';
import { useMay } from '../session/session.ts';
import { percent } from './evidence.tsx';
import { titleOf } from './title.ts';

type Pair = Schema['LiaisonDuplicate'];

/** Pairs at a time: more than anybody looks through, and few enough that the page can stay open for it. */
const PAIRS_MAX = 1_000;
const PAGE = 100;
const LISTED = 10;
const FIRST_PERCENT = 99;
const TYPING_MS = 400;

/** @param offered whether there are several; what is open stays so when they are gone */
export default function MergeAll({ kind, offered }: { kind: Kind; offered: boolean }) {
  const t = useText();
  const may = useMay();
  const [opened, setOpened] = useState(false);
  if (!may(kind === 'contact' ? 'externalContacts:identity:merge' : 'externalContacts:externalOrganization:edit')) return null;
  return (
    <>
      {offered && (
        <Button size="xs" variant="default" onClick={() => setOpened(true)}>
          {t('duplicates.all')}
        </Button>
      )}
      {opened && <Dialog kind={kind} close={() => setOpened(false)} />}
    </>
  );
}

interface Done {
  of: number;
  merged: number;
  left: { pair: Pair; reason: string }[];
  over: boolean;
}

function Dialog({ kind, close }: { kind: Kind; close: () => void }) {
  const t = useText();
  useReturnFocus();
  const queries = useQueryClient();
  const [from, setFrom] = useState(FIRST_PERCENT);
  const [asked] = useDebouncedValue(from, TYPING_MS);
  const [done, setDone] = useState<Done>();
  const stopped = useRef(false);
  const query = useQuery({ queryKey: ['duplicates', 'from', kind, asked], queryFn: ({ signal }) => pairsFrom(kind, asked / 100, signal) });
  const run = async (pairs: Pair[]) => {
    const now: Done = { of: pairs.length, merged: 0, left: [], over: false };
    for (const pair of pairs) {
      if (stopped.current) break;
      setDone({ ...now });
      try {
        await api.POST('/liaison/v1/duplicates/{duplicateId}/accept', { params: { path: { duplicateId: pair.id } }, body: {} });
        now.merged += 1;
      } catch (error) {
        now.left.push({ pair, reason: error instanceof Error ? error.message : String(error) });
      }
    }
    setDone({ ...now, over: true });
    await Promise.all([['duplicates'], [`${kind}s`], [kind]].map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
  const leave = () => {
    stopped.current = true;
    close();
  };
  return (
    <Modal opened onClose={leave} title={t('duplicates.all.title')} size="lg" closeButtonProps={{ 'aria-label': t('action.close') }}>
      {done ? (
        <Going done={done} kind={kind} stop={() => (stopped.current = true)} close={leave} />
      ) : (
        <Stack>
          <NumberInput
            data-autofocus
            w={220}
            label={t('duplicates.all.from')}
            min={5}
            max={100}
            decimalScale={1}
            suffix=" %"
            value={from}
            onChange={(value) => typeof value === 'number' && setFrom(value)}
          />
          <Shown query={query}>{({ pairs, more }) => <Sample key={asked} kind={kind} pairs={pairs} more={more} go={() => run(pairs)} />}</Shown>
        </Stack>
      )}
    </Modal>
  );
}

const namesOf = (kind: Kind, { records }: Pair) => records.map((record) => titleOf(kind, record as RecordBody) || record.id).join(' · ');

function Sample({ kind, pairs, more, go }: { kind: Kind; pairs: Pair[]; more: boolean; go: () => void }) {
  const t = useText();
  const [typed, setTyped] = useState('');
  if (pairs.length === 0) return <Text size="sm">{t('duplicates.all.none')}</Text>;
  const word = String(pairs.length);
  return (
    <Stack
      component="form"
      gap="sm"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed === word) go();
      }}
    >
      <Text size="sm">{t(more ? 'duplicates.all.first' : 'duplicates.all.found', { count: pairs.length })}</Text>
      <List size="sm" aria-label={t('duplicates.queue')}>
        {/* The least likely of them are those to look at. */}
        {pairs.slice(-LISTED).map((pair) => (
          <List.Item key={pair.id} className="breaking">
            {namesOf(kind, pair)} (<FormattedNumber value={percent(pair.probability) / 100} style="percent" maximumFractionDigits={1} />)
          </List.Item>
        ))}
      </List>
      <Text size="sm">{t(`duplicates.all.hint.${kind}`)}</Text>
      <TextInput w={260} label={t('confirm.type', { word })} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
      <Button type="submit" w="fit-content" disabled={typed !== word}>
        {t('duplicates.all.go', { count: pairs.length })}
      </Button>
    </Stack>
  );
}

function Going({ done: { of, merged, left, over }, kind, stop, close }: { done: Done; kind: Kind; stop: () => void; close: () => void }) {
  const t = useText();
  return (
    <Stack>
      <Progress value={((merged + left.length) / of) * 100} aria-label={t('duplicates.all.title')} />
      <Text size="sm" role="status">
        {t(over ? 'duplicates.all.done' : 'duplicates.all.going', { merged, of })}
      </Text>
      {left.length > 0 && (
        <Stack gap={4}>
          <Text size="sm" fw={600}>
            {t('duplicates.all.left', { count: left.length })}
          </Text>
          <List size="sm">
            {left.map(({ pair, reason }) => (
              <List.Item key={pair.id} className="breaking">
                <Anchor size="sm" component={Link} to={`/${kind}s/${pair.records[0]?.id}` as never}>
                  {namesOf(kind, pair)}
                </Anchor>
                {`: ${reason}`}
              </List.Item>
            ))}
          </List>
        </Stack>
      )}
      <Group>
        <Button variant="default" onClick={over ? close : stop}>
          {t(over ? 'action.close' : 'bulk.stop')}
        </Button>
      </Group>
    </Stack>
  );
}

/** The likeliest first. */
async function pairsFrom(kind: Kind, minProbability: number, signal: AbortSignal): Promise<{ pairs: Pair[]; more: boolean }> {
  const pairs: Pair[] = [];
  let cursor: string | undefined;
  do {
    const query = { kind, state: 'open' as const, minProbability, limit: PAGE, expand: ['records' as const], ...(cursor === undefined ? {} : { cursor }) };
    const page = await body(api.GET('/liaison/v1/duplicates', { params: { query }, signal }));
    pairs.push(...page.entities);
    cursor = page.cursors.after;
  } while (cursor !== undefined && pairs.length < PAIRS_MAX);
  return { pairs, more: cursor !== undefined };
}
