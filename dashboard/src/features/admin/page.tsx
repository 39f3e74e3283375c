import { createLazyRoute, getRouteApi, Link } from "@tanstack/react-router";
import { type ComponentType, useEffect, useRef } from "react";
import { useMe } from "@/api/me";
import { Page } from "@/ui/page";
import { EmptyState } from "@/ui/panels";
import { Audit } from "./audit";
import { GitCredentials } from "./git-credentials";
import { Keys } from "./keys";
import { Members } from "./members";
import { Models } from "./models";
import { Network } from "./network";
import { Policy } from "./policy";
import { Providers } from "./providers";
import { QuotasSection } from "./quotas";
import { SECTIONS, type SectionName, sectionsFor } from "./sections";
import { Tenants } from "./tenants";

const route = getRouteApi("/shell/admin/$section");

const CONTENT: Record<SectionName, ComponentType> = {
  members: Members,
  keys: Keys,
  quotas: QuotasSection,
  providers: Providers,
  models: Models,
  policy: Policy,
  network: Network,
  git: GitCredentials,
  audit: Audit,
  tenants: Tenants,
};

function Admin() {
  const nav = useRef<HTMLElement>(null);
  const me = useMe();
  const { section } = route.useParams();
  const allowed = sectionsFor(me);
  const open = allowed.find(({ name }) => name === section);
  // biome-ignore lint/correctness/useExhaustiveDependencies: on a phone the links are one line that scrolls.
  useEffect(() => {
    nav.current?.querySelector("[data-status=active]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [section]);
  if (!open) return <NotHere isKnown={SECTIONS.some(({ name }) => name === section)} role={me.role} />;
  const Content = CONTENT[open.name];
  return (
    <Page title={open.label} note="Administration">
      <div className="flex min-h-0 grow flex-col lg:flex-row">
        <nav
          ref={nav}
          aria-label="Administration"
          className="flex shrink-0 overflow-x-auto border-b border-line lg:w-44 lg:flex-col lg:gap-px lg:border-r lg:border-b-0 lg:p-2"
        >
          {allowed.map(({ name, label }) => (
            <Link
              key={name}
              to="/admin/$section"
              params={{ section: name }}
              search={{}}
              className="flex h-9 shrink-0 items-center border-b-2 border-transparent px-3 whitespace-nowrap text-ink-soft hover:bg-raised hover:text-ink data-[status=active]:border-accent data-[status=active]:font-medium data-[status=active]:text-ink lg:h-8 lg:border-b-0 lg:border-l-2"
            >
              {label}
            </Link>
          ))}
        </nav>
        <div className="flex min-h-0 min-w-0 grow flex-col">
          <Content key={me.tenant_id} />
        </div>
      </div>
    </Page>
  );
}

function NotHere({ isKnown, role }: { isKnown: boolean; role: string | null }) {
  return (
    <Page title="Administration">
      <EmptyState title={isKnown ? "Not for your role" : "Not found"}>
        {isKnown
          ? `The administration of a tenant is for its LEADs, who may look, and its ADMINs, who may change it; your role here is ${role ?? "none"}. Ask an ADMIN for what you need.`
          : "There is no such part of the administration."}
      </EmptyState>
    </Page>
  );
}

export const page = createLazyRoute("/shell/admin/$section")({ component: Admin });
