// The console's table of contents: every screen and its address. Each is loaded when it is first gone to.
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { Frame } from './frame/frame.tsx';
import { Failure, Loading, NothingHere } from './frame/states.tsx';
import { WithLaterTexts } from './language/language.tsx';

const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Frame, notFoundComponent: NothingHere });

/** What stands behind the question mark is the screen's own: it reads what it knows and leaves the rest. */
type Search = Record<string, unknown>;
const searched = { validateSearch: (search: Search) => search };

const firstScreens = [
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
    component: lazyRouteComponent(() => import('./contacts/contacts.tsx'), 'Contacts'),
  }),
  createRoute({ getParentRoute: () => root, path: '/contacts/$contactId', component: lazyRouteComponent(() => import('./contacts/contact.tsx'), 'Contact') }),
  createRoute({
    getParentRoute: () => root,
    path: '/organizations',
    ...searched,
    component: lazyRouteComponent(() => import('./organizations/organizations.tsx'), 'Organizations'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/organizations/$organizationId',
    component: lazyRouteComponent(() => import('./organizations/organization.tsx'), 'Organization'),
  }),
];

/** Screens whose texts are not among the first. */
const others = createRoute({
  getParentRoute: () => root,
  id: 'others',
  component: () => (
    <WithLaterTexts>
      <Outlet />
    </WithLaterTexts>
  ),
});

const otherScreens = [
  createRoute({
    getParentRoute: () => others,
    path: '/duplicates',
    ...searched,
    component: lazyRouteComponent(() => import('./duplicates/duplicates.tsx'), 'Duplicates'),
  }),
  createRoute({
    getParentRoute: () => others,
    path: '/bulk-jobs',
    ...searched,
    component: lazyRouteComponent(() => import('./bulk/bulk-jobs.tsx'), 'BulkJobs'),
  }),
  createRoute({ getParentRoute: () => others, path: '/merge', ...searched, component: lazyRouteComponent(() => import('./duplicates/merge.tsx'), 'Merge') }),
  createRoute({ getParentRoute: () => others, path: '/imports', ...searched, component: lazyRouteComponent(() => import('./imports/imports.tsx'), 'Imports') }),
  createRoute({
    getParentRoute: () => others,
    path: '/imports/new',
    ...searched,
    component: lazyRouteComponent(() => import('./imports/new-import.tsx'), 'NewImport'),
  }),
  createRoute({
    getParentRoute: () => others,
    path: '/imports/$jobId',
    ...searched,
    component: lazyRouteComponent(() => import('./imports/import-job.tsx'), 'ImportJob'),
  }),
  createRoute({ getParentRoute: () => others, path: '/exports', ...searched, component: lazyRouteComponent(() => import('./exports/exports.tsx'), 'Exports') }),
  createRoute({ getParentRoute: () => others, path: '/privacy', ...searched, component: lazyRouteComponent(() => import('./privacy/privacy.tsx'), 'Privacy') }),
  createRoute({ getParentRoute: () => others, path: '/users', ...searched, component: lazyRouteComponent(() => import('./users/users.tsx'), 'Users') }),
  createRoute({ getParentRoute: () => others, path: '/groups', ...searched, component: lazyRouteComponent(() => import('./groups/groups.tsx'), 'Groups') }),
  createRoute({ getParentRoute: () => others, path: '/roles', ...searched, component: lazyRouteComponent(() => import('./roles/roles.tsx'), 'Roles') }),
  createRoute({ getParentRoute: () => others, path: '/trust', ...searched, component: lazyRouteComponent(() => import('./trust/trust.tsx'), 'Trust') }),
  createRoute({ getParentRoute: () => others, path: '/clients', ...searched, component: lazyRouteComponent(() => import('./clients/clients.tsx'), 'Clients') }),
  createRoute({ getParentRoute: () => others, path: '/audit', ...searched, component: lazyRouteComponent(() => import('./audit/audit.tsx'), 'Audit') }),
  createRoute({
    getParentRoute: () => others,
    path: '/settings',
    ...searched,
    component: lazyRouteComponent(() => import('./settings/settings.tsx'), 'Settings'),
  }),
  createRoute({
    getParentRoute: () => others,
    path: '/webhooks',
    ...searched,
    component: lazyRouteComponent(() => import('./webhooks/webhooks.tsx'), 'Webhooks'),
  }),
  createRoute({ getParentRoute: () => others, path: '/events', ...searched, component: lazyRouteComponent(() => import('./events/events.tsx'), 'Events') }),
  createRoute({ getParentRoute: () => others, path: '/schemas', ...searched, component: lazyRouteComponent(() => import('./schemas/schemas.tsx'), 'Schemas') }),
  createRoute({
    getParentRoute: () => others,
    path: '/explorer',
    ...searched,
    component: lazyRouteComponent(() => import('./explorer/explorer.tsx'), 'Explorer'),
  }),
  createRoute({ getParentRoute: () => others, path: '/jobs', ...searched, component: lazyRouteComponent(() => import('./jobs/jobs.tsx'), 'Jobs') }),
  createRoute({ getParentRoute: () => others, path: '/samples', component: lazyRouteComponent(() => import('./samples/samples.tsx'), 'Samples') }),
  createRoute({ getParentRoute: () => others, path: '/health', component: lazyRouteComponent(() => import('./health/health.tsx'), 'Health') }),
];

export function createScreens(context: { queries: QueryClient }) {
  return createRouter({
    routeTree: root.addChildren([...firstScreens, others.addChildren(otherScreens)]),
    basepath: '/console',
    context,
    defaultErrorComponent: ({ error, reset }) => <Failure error={error as Error} reset={reset} />,
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
