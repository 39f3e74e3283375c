import { useQuery } from "@tanstack/react-query";
import { Outlet, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { events } from "@/api/live";
import { queries, queryClient } from "@/api/queries";
import { chosenTenant, keepTenant } from "@/api/tenant";
import { useShortcuts } from "@/lib/keys";
import { NAV } from "@/lib/nav";
import { setTheme, theme } from "@/lib/theme";
import { useTitleCount } from "@/lib/title";
import { Button } from "@/ui/button";
import { ErrorPanel, Skeleton } from "@/ui/panels";
import { Help } from "./help";
import { useNeedsMe } from "./needs-me";
import { NoMembership } from "./no-membership";
import { PhoneBar, PhoneTop } from "./phone";
import { Sidebar } from "./sidebar";

const Palette = lazy(() => import("./palette"));

export function Shell() {
  const me = useQuery(queries.me());
  if (me.data?.tenant_id || me.data?.is_operator) return <SignedIn />;
  if (me.data?.memberships.length === 0) return <NoMembership />;
  if (me.data) return <PickTenant slug={me.data.memberships[0]?.slug ?? ""} />;
  if (me.isError) return <NoTenant error={me.error} onRetry={() => me.refetch()} />;
  return <Skeleton label="Loading the dashboard" rows={3} />;
}

function SignedIn() {
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const needsMe = useNeedsMe();
  useTitleCount(needsMe);
  useTenantInAddress();
  useGlobalKeys({ openHelp: () => setHelpOpen(true), openPalette: () => setPaletteOpen(true) });
  useEffect(() => {
    events.start();
    return () => events.stop();
  }, []);
  return (
    <div className="flex h-full flex-col md:flex-row">
      <a
        href="#content"
        className="sr-only z-50 bg-accent p-2 text-on-accent focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <Sidebar needsMe={needsMe} onSearch={() => setPaletteOpen(true)} onHelp={() => setHelpOpen(true)} />
      <PhoneTop onSearch={() => setPaletteOpen(true)} />
      <main id="content" tabIndex={-1} className="flex min-h-0 min-w-0 grow flex-col outline-none">
        <Outlet />
      </main>
      <PhoneBar needsMe={needsMe} />
      <Help isOpen={isHelpOpen} onOpenChange={setHelpOpen} />
      <Suspense>{isPaletteOpen && <Palette onClose={() => setPaletteOpen(false)} />}</Suspense>
    </div>
  );
}

function useGlobalKeys({ openHelp, openPalette }: { openHelp(): void; openPalette(): void }): void {
  const navigate = useNavigate();
  useShortcuts([
    { keys: "$mod+k", label: "Search sessions, pages and actions", run: openPalette, isEverywhere: true },
    { keys: "Shift+?", label: "This help", run: openHelp },
    { keys: "t", label: "Dark or light", run: () => setTheme(theme() === "dark" ? "light" : "dark") },
    ...NAV.map(({ to, label, key }) => ({ keys: `g ${key}`, label, run: () => void navigate({ to }) })),
  ]);
}

/** Who has several tenants finds the one that is open in the address, so that a link leads others to the same. */
function useTenantInAddress(): void {
  const { data: me } = useQuery(queries.me());
  const navigate = useNavigate();
  const open = me?.memberships.find(({ tenant_id }) => tenant_id === me.tenant_id);
  const slug = (me?.memberships.length ?? 0) > 1 ? open?.slug : undefined;
  useEffect(() => {
    if (!slug) return;
    keepTenant(slug);
    void navigate({ to: ".", search: (search: object) => ({ ...search, tenant: slug }), replace: true });
  }, [slug, navigate]);
}

function PickTenant({ slug }: { slug: string }) {
  useEffect(() => {
    keepTenant(slug);
    void queryClient.resetQueries();
  }, [slug]);
  return <Skeleton label="Opening the tenant" rows={3} />;
}

function NoTenant({ error, onRetry }: { error: unknown; onRetry(): void }) {
  const navigate = useNavigate();
  const leave = async () => {
    keepTenant(null);
    await navigate({ to: "/", search: {} });
    onRetry();
  };
  return (
    <main>
      <ErrorPanel error={error} onRetry={onRetry} />
      {chosenTenant() !== null && (
        <Button className="mx-4" onClick={leave}>
          Open another tenant
        </Button>
      )}
    </main>
  );
}
