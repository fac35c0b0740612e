// When a record was made and last changed, as columns that can be sorted by and are shown when wanted.
import { FormattedDate } from 'react-intl';
import type { Column } from '../grid/columns.ts';
import type { useText } from '../language/language.tsx';

type Dates = Partial<Record<'createDate' | 'modifyDate', string>>;

export const dateColumn = <T extends Dates>(id: keyof Dates, t: ReturnType<typeof useText>): Column<T> => ({
  id,
  title: t(`field.${id}`),
  width: 170,
  hidden: true,
  sort: id,
  cell: (row) => row[id] && <FormattedDate value={row[id]} dateStyle="medium" timeStyle="short" />,
});
