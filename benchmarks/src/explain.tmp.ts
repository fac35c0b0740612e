// usage: node explain.tmp.ts FOLDER  -- statements of each row, explained as tenant
import { join } from 'node:path';
import { Client } from 'pg';
import { findRunning, startEmbedded } from '../../server/src/db/embedded.ts';
import { listContacts, searchContacts, contactText, scanContacts } from '../../server/src/contacts/store.ts';
import { claimantAnywhere } from '../../server/src/identifiers/store.ts';
import { searchQuery } from '../../server/src/families/words.ts';
import { createPeople } from './people.ts';
const folder = process.argv[2]!;
const n = Number(folder.match(/(\d+)\/?$/)![1]);
let conn: any = await findRunning(join(folder, 'postgres')); let emb: any;
if (!conn) { emb = await startEmbedded(join(folder, 'postgres'), console.log); conn = emb.connection; }
const c0 = new Client(conn); await c0.connect();
const { rows: [o] } = await c0.query('select id, word_prefix from organizations'); await c0.end();
const c = new Client({ ...conn, options: `-c role=liaison_app -c liaison.org_id=${o.id}` }); await c.connect();
const view = { orgId: o.id, expand: [], divisions: null, organizationDivisions: null };
const people = createPeople(n);
let verbose = process.argv[3] === '-v';
const door: any = {
  async rows(s: any, v: any) { return run(s, v, false); },
  async text(s: any, v: any) { const r: any = await run(s, v, true); return r[0]?.[0]; },
};
let first = true;
async function run(s: any, v: any, arr: boolean) {
  const q: any = { name: s.name, text: s.text, values: v, ...(arr ? { rowMode: 'array' } : {}) };
  const ts: number[] = []; let r: any;
  for (let i = 0; i < 9; i++) { const t = performance.now(); r = await c.query(q); ts.push(performance.now() - t); }
  const sorted = [...ts].sort((a, b) => a - b);
  console.log(`   stmt ${s.text.slice(0, 60).replace(/\s+/g, ' ')}…  first ${ts[0]!.toFixed(1)} median ${sorted[4]!.toFixed(2)} max ${sorted[8]!.toFixed(1)} ms rows ${r.rows.length} bytes ${JSON.stringify(r.rows).length}`);
  if (verbose) { const e = await c.query({ text: 'explain (analyze, buffers, costs off) ' + s.text, values: v } as any); console.log(e.rows.map((x: any) => '        ' + x['QUERY PLAN']).filter((l:string)=>!/json_strip|Planning:$/.test(l)).map((l: string) => l.slice(0, 170)).join('\n')); }
  return r.rows;
}
const only = process.argv[4];
const row = async (name: string, f: () => Promise<any>) => { if (only && !name.includes(only)) return; console.log('## ' + name); const r = await f(); if (r?.total !== undefined) console.log('   total', r.total, r.partial); };
await row('point', () => contactText(door, view, people.contactId(777)));
await row('lookup', () => claimantAnywhere(door, o.id, 'contact', null, { type: 'Email', value: people.contact(777).workEmail!, sourceId: '00000000-0000-0000-0000-000000000000' } as any));
for (const by of ['lastName', 'firstName', 'middleName', 'title'] as const) for (const descending of [false, true]) await row('list ' + by + (descending ? ' desc' : ''), () => listContacts(door, view, { by, descending }, { size: 25, offset: 0 }));
for (const q of ['smith', 'john smith', 'jo', 'john', 'ma', 'john smi', 'jo sm', 'general foods', 'foods', people.contact(777).cellPhone!.display!, people.contact(777).workEmail!, 'zzq', 'ma wi general', 'com', 'san', 'jo jo', 'zzq jo'])
  await row('search ' + q, async () => searchContacts(door, view, searchQuery(o.word_prefix, q, 'US')!, undefined, { size: 25, offset: 0 }));
await row('search jo by title', async () => searchContacts(door, view, searchQuery(o.word_prefix, 'jo', 'US')!, { by: 'title', descending: false }, { size: 25, offset: 0 }));
await row('search jo by lastName desc', async () => searchContacts(door, view, searchQuery(o.word_prefix, 'jo', 'US')!, { by: 'lastName', descending: true }, { size: 25, offset: 0 }));
await row('search smith by title', async () => searchContacts(door, view, searchQuery(o.word_prefix, 'smith', 'US')!, { by: 'title', descending: false }, { size: 25, offset: 0 }));
await row('scan', () => scanContacts(door, view, people.contactId(5000), 101));
await c.end(); await emb?.stop();
