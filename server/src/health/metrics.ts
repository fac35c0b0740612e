// The server's health in the format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/). What
// every program of Node.js has goes by the names that it commonly has, so that dashboards made for others show it.
import { BOUNDS_MS, type Measures, OUTCOMES, type Tally } from './measures.ts';
import type { ProcessHealth } from './process.ts';
import type { SharedHealth } from './server.ts';

type Labels = Record<string, string>;
type Sample = readonly [Labels, number];

/** @param shared undefined where the database does not answer */
export function metricsText(version: string, of: ProcessHealth, measures: Measures, shared: SharedHealth | undefined): string {
  const tallies = [...measures.tallies.values()];
  const delay = of.eventLoopDelayMs;
  return [
    gauge('liaison_info', 'The process that answers.', [[{ version, node: of.node, process: of.name }, 1]]),
    gauge('process_start_time_seconds', 'Start of the process.', [[{}, Date.parse(of.started) / 1000]]),
    gauge('process_resident_memory_bytes', 'Memory that the system holds for the process.', [[{}, of.memoryBytes]]),
    gauge('nodejs_heap_size_used_bytes', 'Memory that JavaScript uses.', [[{}, of.heapBytes]]),
    counter('process_cpu_seconds_total', 'Processor time of all threads.', [[{}, of.cpuSeconds]]),
    gauge('nodejs_eventloop_lag_p99_seconds', 'How late timers were lately.', delay ? [[{}, delay.p99 / 1000]] : []),
    counter('liaison_requests_total', 'Requests answered.', tallies.flatMap(requestsOf)),
    durations(tallies.filter(({ timed }) => timed)),
    gauge('liaison_database_up', 'Whether the database answers.', [[{}, shared ? 1 : 0]]),
    ...(shared ? ofShared(shared) : []),
  ].join('');
}

const requestsOf = ({ name, total }: Tally): Sample[] => OUTCOMES.map((outcome, i) => [{ operation: name, outcome }, total[i] ?? 0]);

function durations(tallies: readonly Tally[]): string {
  const name = 'liaison_request_duration_seconds';
  const lines = tallies.flatMap((tally) => {
    let below = 0;
    const buckets = [...BOUNDS_MS, Number.POSITIVE_INFINITY].map((bound, i) => {
      below += tally.total[OUTCOMES.length + i] ?? 0;
      return line(`${name}_bucket`, [{ operation: tally.name, le: Number.isFinite(bound) ? String(bound / 1000) : '+Inf' }, below]);
    });
    const operation = { operation: tally.name };
    return [...buckets, line(`${name}_sum`, [operation, tally.totalMs() / 1000]), line(`${name}_count`, [operation, below])];
  });
  return `# HELP ${name} How long requests took.\n# TYPE ${name} histogram\n${lines.join('')}`;
}

function ofShared({ queues, database: { tables, indexes, ...database } }: SharedHealth): string[] {
  const ofTables = (value: (table: (typeof tables)[number]) => number) => tables.map((table): Sample => [{ table: table.name }, value(table)]);
  const ofIndexes = (value: (index: (typeof indexes)[number]) => number) =>
    indexes.map((index): Sample => [{ index: index.name, table: index.table }, value(index)]);
  return [
    gauge(
      'liaison_queue_waiting',
      'Work that is not done yet.',
      queues.map(({ name, waiting }) => [{ queue: name }, waiting]),
    ),
    gauge(
      'liaison_queue_failed',
      'Work that has failed for good and is kept.',
      queues.map(({ name, failed }) => [{ queue: name }, failed]),
    ),
    gauge('liaison_database_size_bytes', 'Size of the database.', [[{}, database.sizeBytes]]),
    gauge('liaison_database_connections', 'Connections to the database.', [[{}, database.connections]]),
    gauge('liaison_database_connections_max', 'Connections that the cluster allows.', [[{}, database.connectionsMax]]),
    gauge('liaison_database_cache_hit_ratio', 'Of the blocks read, those found in memory.', [[{}, database.cacheHitRatio]]),
    gauge(
      'liaison_table_size_bytes',
      'Size of a table with its indexes.',
      ofTables(({ sizeBytes }) => sizeBytes),
    ),
    gauge(
      'liaison_table_rows',
      'Rows, as the planner estimates.',
      ofTables(({ rows }) => rows),
    ),
    gauge(
      'liaison_table_dead_rows',
      'Rows that vacuuming will free.',
      ofTables(({ deadRows }) => deadRows),
    ),
    counter(
      'liaison_table_sequential_scans_total',
      'Times a table was read from end to end.',
      ofTables(({ sequentialScans }) => sequentialScans),
    ),
    counter(
      'liaison_table_index_scans_total',
      'Times a table was read by an index.',
      ofTables(({ indexScans }) => indexScans),
    ),
    gauge(
      'liaison_index_size_bytes',
      'Size of an index.',
      ofIndexes(({ sizeBytes }) => sizeBytes),
    ),
    counter(
      'liaison_index_scans_total',
      'Times an index was used.',
      ofIndexes(({ scans }) => scans),
    ),
  ];
}

const gauge = (name: string, help: string, samples: readonly Sample[]) => metric('gauge', name, help, samples);
const counter = (name: string, help: string, samples: readonly Sample[]) => metric('counter', name, help, samples);

function metric(type: string, name: string, help: string, samples: readonly Sample[]): string {
  return samples.length === 0 ? '' : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples.map((sample) => line(name, sample)).join('')}`;
}

function line(name: string, [labels, value]: Sample): string {
  const named = Object.entries(labels).map(([label, text]) => `${label}="${text.replace(/[\\"\n]/g, (one) => (one === '\n' ? '\\n' : `\\${one}`))}"`);
  return `${name}${named.length > 0 ? `{${named.join(',')}}` : ''} ${value}\n`;
}
