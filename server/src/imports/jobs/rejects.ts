// What an import refused, as a file: the rows as they were, with the line and the reasons before them. Mended, the file can
// be uploaded as it is: no mapping takes these two columns, and of a report that was sent again they are written anew.
import type { Door, Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { csvLine } from '../../families/csv.ts';
import { headerKey } from '../csv/mapping.ts';
import type { Separator } from '../csv/read.ts';
import { namesBefore, ownColumns } from '../csv/report.ts';
import type { Report } from './job.ts';

export interface Reject {
  line: number;
  cells: readonly string[];
  reasons: string;
  /** Whom it is about. */
  marks: readonly string[];
}

export const rejectSteps = (orgId: string, jobId: string, report: Report, rejects: readonly Reject[]): Step[] =>
  rejects.length === 0
    ? []
    : [
        [
          sql`insert into import_rejects (org_id, job_id, kind, line, cells, reasons, marks)
            select $1, $2, $3, r.line, r.cells, r.reasons, r.marks from jsonb_to_recordset($4::jsonb) as r (line bigint, cells jsonb, reasons text, marks text[])`,
          [orgId, jobId, report, JSON.stringify(rejects)],
        ],
      ];

/** What a step refused goes when it begins anew. */
export const forgetStep = (orgId: string, jobId: string, report: Report): Step => [
  sql`delete from import_rejects r where r.org_id = $1 and r.job_id = $2 and r.kind = $3`,
  [orgId, jobId, report],
];

const AT_ONCE = 1000;

/** What the rows were made of. */
export interface Origin {
  columns: readonly string[];
  separator: Separator;
  /** The headers of columns that are read, which are the file's own whatever they are called. */
  read: readonly string[];
}

/** The file, as it comes about. What is in its cells is harmless in a spreadsheet, and is read as what it was where it is sent again. */
export async function* rejectsFile(door: Door, orgId: string, jobId: string, report: Report, { columns, separator, read }: Origin) {
  const keys = new Set(read.map(headerKey));
  const reports = ownColumns(columns);
  const own = columns.slice(0, reports).some((column) => keys.has(headerKey(column))) ? 0 : reports;
  const rest = columns.slice(own);
  yield csvLine([...namesBefore(rest), ...rest], separator);
  for (let after = 0; ; ) {
    const rows = await door.rows<{ line: string; cells: string[]; reasons: string }>(
      sql`select r.line, r.cells, r.reasons from import_rejects r where r.org_id = $1 and r.job_id = $2 and r.kind = $3 and r.line > $4 order by r.line limit $5`,
      [orgId, jobId, report, after, AT_ONCE],
    );
    if (rows.length === 0) return;
    yield rows.map(({ line, cells, reasons }) => csvLine([line, reasons, ...cells.slice(own)], separator)).join('');
    after = Number(rows.at(-1)?.line);
  }
}
