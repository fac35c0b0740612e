// Chooses one, or several, of however many there are, by a part of the name. Who may not list them types an id.
import { MultiSelect, type MultiSelectProps, Select, type SelectProps, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useText } from '../language/language.tsx';
import { type Choice, type Kind, useChoices, useChosen, useMayChoose } from './choices.ts';

type Look<P> = Omit<P, 'data' | 'searchable' | 'searchValue' | 'onSearchChange' | 'filter' | 'renderOption' | 'nothingFoundMessage' | 'value' | 'onChange'>;

interface ChooserProps extends Look<SelectProps> {
  of: Kind;
  value: string | null;
  onChange(value: string | null): void;
  /** What can be chosen besides. */
  besides?: readonly Choice[];
  /** Not shown where there is one only, or none. */
  ifSeveral?: boolean;
}

export function Chooser({ of, value, onChange, besides = NONE, ifSeveral = false, ...look }: ChooserProps) {
  const [words, setWords] = useState('');
  const chosen = useChosen(of, value === null || besides.some((one) => one.value === value) ? NOBODY : [value]);
  // What is chosen stands in the field as its name, and is no question then.
  const asked = [...chosen, ...besides].some(({ label }) => label === words) ? '' : words;
  const offered = useOffered(of, asked, chosen, besides);
  const all = useChoices(of, '').data ?? NONE;
  if (!useMayChoose(of)) return <TextInput {...textual(look)} value={value ?? ''} onChange={(event) => onChange(event.currentTarget.value.trim() || null)} />;
  if (ifSeveral && all.length < 2) return null;
  return <Select searchable value={value} onChange={onChange} searchValue={words} onSearchChange={setWords} {...offered} {...look} />;
}

interface ManyChooserProps extends Look<MultiSelectProps> {
  of: Kind;
  value: string[];
  onChange(value: string[]): void;
  /** Ids that are not offered. */
  without?: readonly string[];
}

export function ManyChooser({ of, value, onChange, without = NOBODY, ...look }: ManyChooserProps) {
  const [words, setWords] = useState('');
  const offered = useOffered(of, words, useChosen(of, value), NONE, without);
  if (!useMayChoose(of))
    return <TextInput {...textual(look)} value={value.join(' ')} onChange={(event) => onChange(event.currentTarget.value.split(/[\s,]+/).filter(Boolean))} />;
  return <MultiSelect searchable hidePickedOptions value={value} onChange={onChange} searchValue={words} onSearchChange={setWords} {...offered} {...look} />;
}

const NONE: readonly Choice[] = [];
const NOBODY: readonly string[] = [];

/** The server has filtered already; what is chosen must be among the data for its name, and is offered only if it was found. */
function useOffered(of: Kind, words: string, chosen: readonly Choice[], besides: readonly Choice[], without: readonly string[] = NOBODY) {
  const t = useText();
  const found = useChoices(of, words);
  const like = words.trim().toLowerCase();
  const offered = [...besides.filter(({ label }) => label.toLowerCase().includes(like)), ...(found.data ?? NONE)].filter(
    ({ value }) => !without.includes(value),
  );
  const all = new Map([...besides, ...chosen, ...offered].map((choice) => [choice.value, choice]));
  return {
    data: [...all.values()].map(({ value, label }) => ({ value, label })),
    filter: () => offered.map(({ value, label }) => ({ value, label, disabled: false })),
    renderOption: ({ option }: { option: { value: string; label: string } }): ReactNode => {
      const detail = all.get(option.value)?.detail;
      return (
        <div>
          <Text size="sm">{option.label}</Text>
          {detail && <Text size="xs">{detail}</Text>}
        </div>
      );
    },
    nothingFoundMessage: t(found.isFetching ? 'state.loading' : 'list.noneFound'),
  };
}

/** Of a list's look, what a field for an id can have. */
const textual = ({ size, label, name, error, w }: Pick<SelectProps, 'size' | 'label' | 'name' | 'error' | 'w'>) => ({
  ...(size === undefined ? {} : { size }),
  ...(name === undefined ? {} : { name }),
  ...(w === undefined ? {} : { w }),
  label,
  error,
});
