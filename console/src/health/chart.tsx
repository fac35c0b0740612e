// Values over time as lines, and the same as a table for whoever cannot see them or wants the numbers.
import 'uplot/dist/uPlot.min.css';
import './health.css';
import { Group, Paper, Text, Title, useComputedColorScheme } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useEffect, useId, useRef, useState } from 'react';
import { useIntl } from 'react-intl';
import uPlot from 'uplot';
import { useText } from '../language/language.tsx';
import { ValueTable } from './value-table.tsx';

export interface Series {
  label: string;
  values: readonly (number | null)[];
  look: Look;
}

/** A colour, by the name of its variable, and a stroke, for not everybody tells colours apart. */
export type Look = keyof typeof LOOKS;
const LOOKS = {
  main: { light: 'indigo-7', dark: 'indigo-4', dash: [] },
  middle: { light: 'orange-8', dark: 'orange-5', dash: [8, 4] },
  high: { light: 'red-8', dark: 'red-5', dash: [2, 3] },
} as const;

const HEIGHT = 180;
const AXIS = 52;

interface ChartProps {
  title: string;
  hint: string;
  /** How much time is shown at least, in seconds. */
  span: number;
  /** Seconds since 1970. */
  times: readonly number[];
  series: readonly Series[];
}

export function Chart({ title, hint, span, times, series }: ChartProps) {
  const t = useText();
  const { formatNumber, formatTime } = useIntl();
  const id = useId();
  const [at, setAt] = useState<number | null>(null);
  const say = (value: number | null | undefined) => (value === null || value === undefined ? '–' : formatNumber(value, { maximumSignificantDigits: 3 }));
  const shown = at ?? times.length - 1;
  return (
    <Paper withBorder p="sm" component="section" aria-labelledby={id}>
      <Group justify="space-between" align="baseline" gap="xs">
        <Title order={2} size="h6" id={id}>
          {title}
        </Title>
        <Text size="xs" c="dimmed">
          {at === null || times[at] === undefined ? hint : formatTime(times[at] * 1000, { timeStyle: 'medium' })}
        </Text>
      </Group>
      <Lines title={title} span={span} times={times} series={series} onPoint={setAt} />
      <Group gap="md" className="chart-legend">
        {series.map(({ label, look, values }) => (
          <Group key={label} gap={6} wrap="nowrap">
            <svg width="24" height="8" aria-hidden="true" className={`chart-stroke chart-${look}`}>
              <line x1="0" x2="24" y1="4" y2="4" strokeDasharray={LOOKS[look].dash.join(' ')} />
            </svg>
            <Text size="xs">
              {label}:{' '}
              <Text span inherit fw={600}>
                {say(values[shown])}
              </Text>
            </Text>
          </Group>
        ))}
      </Group>
      <ValueTable label={title} columns={[t('health.time'), ...series.map(({ label }) => label)]} times={times} values={series.map(({ values }) => values)} />
    </Paper>
  );
}

interface LinesProps extends Pick<ChartProps, 'title' | 'span' | 'times' | 'series'> {
  /** The point under the mouse. */
  onPoint(at: number | null): void;
}

function Lines({ title, span, times, series, onPoint }: LinesProps) {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const place = useRef<HTMLDivElement>(null);
  const { formatTime, formatNumber } = useIntl();
  const scheme = useComputedColorScheme();
  const chart = useRef<uPlot>(null);
  const data = [times, ...series.map(({ values }) => values)] as unknown as uPlot.AlignedData;
  const latest = useRef(data);
  latest.current = data;
  const looks = series.map(({ look }) => look).join();
  useEffect(() => {
    if (!place.current || width === 0) return;
    const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(`--mantine-color-${name}`);
    const [text, rule] = [colour('dimmed'), colour('default-border')];
    const axis = { stroke: text, grid: { stroke: rule, width: 1 }, ticks: { stroke: rule, width: 1 }, font: '11px system-ui, sans-serif' };
    const drawn = new uPlot(
      {
        width,
        height: HEIGHT,
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, y: false },
        scales: {
          // Of a single point uPlot itself would show the day that follows it.
          x: { range: ({ data: [at] }) => [Math.min(at[0] ?? 0, (at.at(-1) ?? 0) - span), at.at(-1) ?? 0] },
          y: { range: (_, __, most) => [0, most > 0 ? most * 1.1 : 1] },
        },
        axes: [
          {
            ...axis,
            size: 32,
            values: (_, at) =>
              at.map((seconds) => formatTime(seconds * 1000, { timeStyle: at.length > 1 && (at[1] as number) - (at[0] as number) < 60 ? 'medium' : 'short' })),
          },
          { ...axis, size: AXIS, values: (_, at) => at.map((value) => formatNumber(value, { notation: 'compact', maximumSignificantDigits: 3 })) },
        ],
        series: [
          {},
          ...(looks.split(',') as Look[]).map((look) => ({
            stroke: colour(LOOKS[look][scheme]),
            dash: [...LOOKS[look].dash],
            width: 1.5,
            points: { size: 5 },
          })),
        ],
        hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)] },
      },
      latest.current,
      place.current,
    );
    chart.current = drawn;
    return () => {
      drawn.destroy();
      chart.current = null;
    };
  }, [width, scheme, looks, span, formatTime, formatNumber, onPoint]);
  useEffect(() => chart.current?.setData(latest.current));
  return <div ref={useMergedRef(ref, place)} className="chart" dir="ltr" role="img" aria-label={title} />;
}
