// The console's table of contents: every screen and its address. Each is loaded when it is first gone to.
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { ApiError } from './api/api.ts';
import { Frame } from './frame/frame.tsx';
import { Failure, Loading, NothingHere } from './frame/states.tsx';

/** One that cannot be fetched says that the server does not answer: left to itself, the router would reload the page. */
const screen: typeof lazyRouteComponent = (load, name) => lazyRouteComponent(() => load().catch(() => Promise.reject(new ApiError(0, {}))), name);

const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Frame, notFoundComponent: NothingHere });

/** What stands behind the question mark is the screen's own: it reads what it knows and leaves the rest. */
type Search = Record<string, unknown>;
const searched = { validateSearch: (search: Search) => search };

const screens = [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    beforeLoad: () => {
      throw redirect({ to: '/contacts' });
    },
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/contacts',
    ...searched,
    component: screen(() => import('./contacts/contacts.tsx'), 'Contacts'),
  }),
  createRoute({ getParentRoute: () => root, path: '/contacts/$contactId', component: screen(() => import('./contacts/contact.tsx'), 'Contact') }),
  createRoute({
    getParentRoute: () => root,
    path: '/organizations',
    ...searched,
    component: screen(() => import('./organizations/organizations.tsx'), 'Organizations'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/organizations/$organizationId',
    component: screen(() => import('./organizations/organization.tsx'), 'Organization'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/duplicates',
    ...searched,
    component: screen(() => import('./duplicates/duplicates.tsx'), 'Duplicates'),
  }),
  createRoute({ getParentRoute: () => root, path: '/bulk-jobs', ...searched, component: screen(() => import('./bulk/bulk-jobs.tsx'), 'BulkJobs') }),
  createRoute({ getParentRoute: () => root, path: '/merge', ...searched, component: screen(() => import('./duplicates/merge.tsx'), 'Merge') }),
  createRoute({ getParentRoute: () => root, path: '/imports', ...searched, component: screen(() => import('./imports/imports.tsx'), 'Imports') }),
  createRoute({
    getParentRoute: () => root,
    path: '/imports/new',
    ...searched,
    component: screen(() => import('./imports/new-import.tsx'), 'NewImport'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/imports/$jobId',
    ...searched,
    component: screen(() => import('./imports/import-job.tsx'), 'ImportJob'),
  }),
  createRoute({ getParentRoute: () => root, path: '/exports', ...searched, component: screen(() => import('./exports/exports.tsx'), 'Exports') }),
  createRoute({ getParentRoute: () => root, path: '/privacy', ...searched, component: screen(() => import('./privacy/privacy.tsx'), 'Privacy') }),
  createRoute({ getParentRoute: () => root, path: '/users', ...searched, component: screen(() => import('./users/users.tsx'), 'Users') }),
  createRoute({ getParentRoute: () => root, path: '/groups', ...searched, component: screen(() => import('./groups/groups.tsx'), 'Groups') }),
  createRoute({ getParentRoute: () => root, path: '/roles', ...searched, component: screen(() => import('./roles/roles.tsx'), 'Roles') }),
  createRoute({ getParentRoute: () => root, path: '/trust', ...searched, component: screen(() => import('./trust/trust.tsx'), 'Trust') }),
  createRoute({ getParentRoute: () => root, path: '/clients', ...searched, component: screen(() => import('./clients/clients.tsx'), 'Clients') }),
  createRoute({ getParentRoute: () => root, path: '/audit', ...searched, component: screen(() => import('./audit/audit.tsx'), 'Audit') }),
  createRoute({
    getParentRoute: () => root,
    path: '/settings',
    ...searched,
    component: screen(() => import('./settings/settings.tsx'), 'Settings'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/webhooks',
    ...searched,
    component: screen(() => import('./webhooks/webhooks.tsx'), 'Webhooks'),
  }),
  createRoute({ getParentRoute: () => root, path: '/events', ...searched, component: screen(() => import('./events/events.tsx'), 'Events') }),
  createRoute({ getParentRoute: () => root, path: '/schemas', ...searched, component: screen(() => import('./schemas/schemas.tsx'), 'Schemas') }),
  createRoute({
    getParentRoute: () => root,
    path: '/explorer',
    ...searched,
    component: screen(() => import('./explorer/explorer.tsx'), 'Explorer'),
  }),
  createRoute({ getParentRoute: () => root, path: '/jobs', ...searched, component: screen(() => import('./jobs/jobs.tsx'), 'Jobs') }),
  createRoute({ getParentRoute: () => root, path: '/samples', component: screen(() => import('./samples/samples.tsx'), 'Samples') }),
  createRoute({ getParentRoute: () => root, path: '/health', component: screen(() => import('./health/health.tsx'), 'Health') }),
];

export function createScreens(context: { queries: QueryClient }) {
  return createRouter({
    routeTree: root.addChildren(screens),
    basepath: '/console',
    context,
    // Browsers keep in mind that a script could not be fetched, until the page is loaded anew.
    defaultErrorComponent: ({ error }) => <Failure error={error as Error} reset={() => location.reload()} />,
    defaultPendingComponent: Loading,
    defaultPreload: 'intent',
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createScreens>;
  }
}
