// A number of bytes, as people say it.
import { FormattedNumber } from 'react-intl';

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

export function Size({ bytes }: { bytes: number }) {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return <FormattedNumber value={bytes / 1000 ** power} style="unit" unit={UNITS[power] ?? 'byte'} maximumFractionDigits={power === 0 ? 0 : 1} />;
}
