// Imports point one way: slice → families → http, contract, db. A slice reaches another only through its index.ts.
const SLICES =
  'contacts|organizations|notes|relationships|schemas|sources|identifiers|identity|imports|exports|subjects|access|trusts|events|audits|notifications|webhooks|settings|idempotency|xurrent|bulk|views';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Two files need each other: move what both need into a third, or into families/.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'slices-through-their-index',
      comment: "Import what you need from the other slice's index.ts; if it is not exported there, ask why.",
      severity: 'error',
      from: { path: `^server/src/(${SLICES})/` },
      to: { path: `^server/src/(${SLICES})/`, pathNot: ['^server/src/$1/', '/index\\.ts$'] },
    },
    {
      name: 'families-know-no-slice',
      comment: 'What families/, http/, contract/ and db/ need of a slice comes in as an argument.',
      severity: 'error',
      from: { path: '^server/src/(families|http|contract|db)/' },
      to: { path: `^server/src/(${SLICES})/` },
    },
    {
      name: 'db-and-http-at-the-bottom',
      comment: 'db/ and http/ serve everybody and know nobody above them.',
      severity: 'error',
      from: { path: '^server/src/(db|http)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^server/src/(families|contract)/' },
    },
    {
      name: 'black-box',
      comment: 'The acceptance tests and the examples speak to a running server only.',
      severity: 'error',
      from: { path: '^(acceptance|examples)/' },
      to: { path: '^server/src/' },
    },
    {
      name: 'no-orphans',
      comment: 'Nobody imports this: delete it.',
      severity: 'error',
      from: { orphan: true, path: '^server/src/', pathNot: '(main|worker|cli)\\.(js|ts)$' },
      to: {},
    },
  ],
  options: { doNotFollow: { path: 'node_modules' }, tsConfig: { fileName: 'tsconfig.json' }, tsPreCompilationDeps: true, exclude: { path: 'generated' } },
};
