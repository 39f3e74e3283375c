import {
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  redirect,
  retainSearchParams,
} from "@tanstack/react-router";
import { readMeAhead, readSessionAhead, readSessionsAhead } from "@/api/read-ahead";
import { adminSearch, keysSearch } from "@/features/admin/search";
import { agentSearch, agentsSearch } from "@/features/agents/search";
import { contextsSearch } from "@/features/contexts/search";
import { costsSearch } from "@/features/costs/search";
import { externalAgentSearch, externalSearch } from "@/features/external-agents/search";
import { fleetSearch, filtersOf as sessionFiltersOf } from "@/features/fleet/search";
import { inboxSearch } from "@/features/inbox/search";
import { listingSearch, marketSearch } from "@/features/marketplace/search";
import { newSessionSearch } from "@/features/new-session/search";
import { nodesSearch } from "@/features/nodes/search";
import { plansSearch } from "@/features/plans/search";
import { Shell } from "@/features/shell/shell";
import { signInSearch } from "@/features/sign-in/search";
import { datasetSearch, jobSearch, trainingSearch } from "@/features/training/search";
import { NAV } from "@/lib/nav";
import { parseSearch, stringifySearch, textOf } from "@/lib/search";
import { openTab, readTabAhead } from "@/lib/session-tabs";
import { planPageSearch } from "@/plan-diff";
import { sessionPageSearch } from "@/session-tabs";
import { NotFound } from "@/ui/not-found";
import { ErrorPanel, Skeleton } from "@/ui/panels";
import { Toaster } from "@/ui/toast";
import { TooltipProvider } from "@/ui/tooltip";

const rootRoute = createRootRoute({
  validateSearch: (raw: Record<string, unknown>): { tenant?: string } => ({ tenant: textOf(raw.tenant) }),
  search: { middlewares: [retainSearchParams(["tenant"])] },
  component: Root,
  notFoundComponent: NotFound,
  errorComponent: ({ error, reset }) => <ErrorPanel error={error} onRetry={reset} />,
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "sign-in",
  validateSearch: signInSearch,
}).lazy(() => import("@/features/sign-in/page").then(({ page }) => page));

/** What is below needs a sign-in and stands beside the navigation. */
const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "shell",
  loader: readMeAhead,
  staleTime: Number.POSITIVE_INFINITY,
  component: Shell,
});

const firstRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: NAV[0]?.to, replace: true });
  },
});

const inboxRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "inbox",
  validateSearch: inboxSearch,
}).lazy(() => import("@/features/inbox/page").then(({ page }) => page));

const newSessionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "new",
  validateSearch: newSessionSearch,
}).lazy(() => import("@/features/new-session/page").then(({ page }) => page));

const fleetRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "fleet",
  validateSearch: fleetSearch,
  loader: ({ location, cause }) => {
    if (cause === "enter") readSessionsAhead(sessionFiltersOf(fleetSearch(location.search), Date.now()));
  },
  staleTime: Number.POSITIVE_INFINITY,
}).lazy(() => import("@/features/fleet/page").then(({ page }) => page));

const sessionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "sessions/$id",
  validateSearch: sessionPageSearch,
  loader: ({ params, location, cause }) => {
    const { tab, part } = sessionPageSearch(location.search);
    readTabAhead(tab);
    if (cause === "enter") readSessionAhead(params.id, part === undefined && openTab(tab) === openTab(undefined));
  },
  staleTime: Number.POSITIVE_INFINITY,
}).lazy(() => import("@/features/session/page").then(({ page }) => page));

const plansRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "plans",
  validateSearch: plansSearch,
}).lazy(() => import("@/features/plans/page").then(({ page }) => page));

const newPlanRoute = createRoute({ getParentRoute: () => shellRoute, path: "plans/new" }).lazy(() =>
  import("@/features/plans/new-page").then(({ page }) => page),
);

const planRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "plans/$id",
  validateSearch: planPageSearch,
}).lazy(() => import("@/features/plans/plan-page").then(({ page }) => page));

const agentsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "agents",
  validateSearch: agentsSearch,
}).lazy(() => import("@/features/agents/page").then(({ page }) => page));

const agentRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "agents/$id",
  validateSearch: agentSearch,
}).lazy(() => import("@/features/agents/agent-page").then(({ page }) => page));

const externalAgentsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "agents/external",
  validateSearch: externalSearch,
}).lazy(() => import("@/features/external-agents/page").then(({ page }) => page));

const externalAgentRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "agents/external/$id",
  validateSearch: externalAgentSearch,
}).lazy(() => import("@/features/external-agents/agent-page").then(({ page }) => page));

const marketRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "market",
  validateSearch: marketSearch,
}).lazy(() => import("@/features/marketplace/page").then(({ page }) => page));

const listingRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "market/$namespace/$agent",
  validateSearch: listingSearch,
}).lazy(() => import("@/features/marketplace/listing-page").then(({ page }) => page));

const trainingRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "training",
  validateSearch: trainingSearch,
}).lazy(() => import("@/features/training/page").then(({ page }) => page));

const datasetRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "training/datasets/$id",
  validateSearch: datasetSearch,
}).lazy(() => import("@/features/training/dataset-page").then(({ page }) => page));

const jobRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "training/jobs/$id",
  validateSearch: jobSearch,
}).lazy(() => import("@/features/training/job-page").then(({ page }) => page));

const modelRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "training/models/$name/$version",
}).lazy(() => import("@/features/training/model-page").then(({ page }) => page));

const contextsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "contexts",
  validateSearch: contextsSearch,
}).lazy(() => import("@/features/contexts/page").then(({ page }) => page));

const costsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "costs",
  validateSearch: costsSearch,
}).lazy(() => import("@/features/costs/page").then(({ page }) => page));

const nodesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "nodes",
  validateSearch: nodesSearch,
}).lazy(() => import("@/features/nodes/page").then(({ page }) => page));

const adminRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "admin/$section",
  validateSearch: adminSearch,
}).lazy(() => import("@/features/admin/page").then(({ page }) => page));

/** The first part of the administration that the reader may see is found there. */
const adminStartRoute = createRoute({ getParentRoute: () => shellRoute, path: "admin" }).lazy(() =>
  import("@/features/admin/start").then(({ start }) => start),
);

const ownKeysRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "keys",
  validateSearch: keysSearch,
}).lazy(() => import("@/features/admin/own-keys").then(({ ownKeys }) => ownKeys));

/** Whatever is at no other address, with the navigation beside it. */
const unknownRoute = createRoute({ getParentRoute: () => shellRoute, path: "$", component: NotFound });

const routeTree = rootRoute.addChildren([
  firstRoute,
  signInRoute,
  shellRoute.addChildren([
    inboxRoute,
    fleetRoute,
    newSessionRoute,
    sessionRoute,
    plansRoute,
    newPlanRoute,
    planRoute,
    agentsRoute,
    agentRoute,
    externalAgentsRoute,
    externalAgentRoute,
    marketRoute,
    listingRoute,
    trainingRoute,
    datasetRoute,
    jobRoute,
    modelRoute,
    contextsRoute,
    costsRoute,
    nodesRoute,
    adminStartRoute,
    adminRoute,
    ownKeysRoute,
    unknownRoute,
  ]),
]);

export const router = createRouter({
  routeTree,
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  defaultPendingComponent: () => <Skeleton />,
  defaultErrorComponent: ({ error, reset }) => <ErrorPanel error={error} onRetry={reset} />,
  defaultNotFoundComponent: NotFound,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

function Root() {
  return (
    <TooltipProvider>
      <Outlet />
      <Toaster />
    </TooltipProvider>
  );
}
