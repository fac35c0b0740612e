// What becomes of imports that nobody looks after: a job that waits to be continued is given up, and what was refused is
// kept for a while only, for it is people's data.
import type { Door } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { isObjection } from '../../families/guarded.ts';
import { limits } from '../../http/limits.ts';
import { authorOfJob } from './job.ts';
import { findJob, isDue, moveSteps } from './store.ts';

export async function endForgottenImports(door: Door, orgId: string): Promise<void> {
  const waiting = await door.rows<{ id: string }>(
    sql`select j.id from import_jobs j where j.org_id = $1 and j.status = 'Running' and j.step = 'Validated' and j.modified_at < now() - $2 * interval '1 day'`,
    [orgId, limits.importWaitDays],
  );
  for (const { id } of waiting) {
    const job = await findJob(door, orgId, id);
    if (!job) continue;
    const details = `Nobody continued it within ${limits.importWaitDays} days.`;
    await door.flight(moveSteps(authorOfJob(job), job, { status: 'Cancelled', step: job.step, details })).catch((error: unknown) => {
      // Somebody has continued it just now.
      if (!isObjection(error)) throw error;
    });
  }
  await door.rows(
    sql`delete from import_rejects r using import_jobs j
      where r.org_id = $1 and j.org_id = $1 and j.id = r.job_id and ${isDue} is not true and j.modified_at < now() - $2 * interval '1 day'`,
    [orgId, limits.importReportDays],
  );
}
