import { useQuery } from "@tanstack/react-query";
import { createLazyRoute, getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { isNotFound } from "@/api/errors";
import { type Install, type Listing, type ListingVersion, type ListingVersionItem, marketQueries } from "@/api/market";
import { unhidden } from "@/lib/hidden";
import { agentPage } from "@/lib/links";
import { Badge } from "@/ui/badge";
import { Select } from "@/ui/field";
import { Mono } from "@/ui/mono";
import { NotFound } from "@/ui/not-found";
import { Page } from "@/ui/page";
import { Fact } from "@/ui/panel";
import { Loaded } from "@/ui/panels";
import { TabPanel, Tabs } from "@/ui/tabs";
import { AsksFacts } from "./asks";
import { InstallActions } from "./install";
import { ProvedTab, VersionsTab } from "./listing-tabs";
import { Badges, Rating } from "./rating";
import type { ListingTab } from "./search";

const route = getRouteApi("/shell/market/$namespace/$agent");

function ListingPage() {
  const name = route.useParams();
  const search = route.useSearch();
  const listing = useQuery(marketQueries.listing(name));
  const versions = useQuery(marketQueries.versions(name));
  const number = search.version ?? listing.data?.latest ?? versions.data?.[0]?.version;
  const version = useQuery({ ...marketQueries.version(name, number ?? ""), enabled: number !== undefined });
  if (isNotFound(listing.error) || isNotFound(version.error)) return <NotFound />;
  return (
    <Loaded query={listing} label="the listing" rows={14}>
      {(one) => (
        <Loaded query={versions} label="its versions" rows={14}>
          {(all) => (
            <Loaded query={version} label="the version" rows={14}>
              {(shown) => <Opened listing={one} versions={all} shown={shown} />}
            </Loaded>
          )}
        </Loaded>
      )}
    </Loaded>
  );
}

interface OpenedProps {
  listing: Listing;
  versions: readonly ListingVersionItem[];
  shown: ListingVersion;
}

function Opened({ listing, versions, shown }: OpenedProps) {
  const { namespace, agent } = listing;
  const search = route.useSearch();
  const navigate = useNavigate();
  const go = (change: { tab?: ListingTab; version?: string }) =>
    void navigate({ to: "/market/$namespace/$agent", params: { namespace, agent }, search: { ...search, ...change } });
  const preview = useQuery(marketQueries.preview({ namespace, agent }, shown.version));
  const installs = useQuery(marketQueries.installs());
  const install = installs.data?.find((one) => one.listing === listing.name);
  return (
    <Page
      title={listing.name}
      note={unhidden(shown.manifest.description)}
      actions={
        <>
          {preview.data && installs.data && <InstallActions preview={preview.data} install={install} />}
          <Select
            aria-label="Version"
            className="w-auto!"
            value={shown.version}
            onChange={({ target }) => go({ version: target.value })}
          >
            {versions.map(({ version }) => (
              <option key={version} value={version}>
                {version === listing.latest ? `${version}, the latest` : version}
              </option>
            ))}
          </Select>
        </>
      }
    >
      <Header shown={shown} install={install} />
      <Tabs
        label="Parts of this listing"
        tabs={[
          { name: "asks", label: "What it asks for" },
          { name: "proved", label: "What it proved" },
          { name: "versions", label: "Versions", count: versions.length },
        ]}
        open={search.tab ?? "asks"}
        onOpen={(tab: ListingTab) => go({ tab })}
      >
        <TabPanel name="asks">
          <section
            aria-label="What it asks for"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
            tabIndex={0}
            className="min-h-0 max-w-4xl grow overflow-y-auto px-4 py-3"
          >
            <AsksFacts asks={shown.manifest.asks} />
          </section>
        </TabPanel>
        <TabPanel name="proved">
          <ProvedTab rating={shown.rating} />
        </TabPanel>
        <TabPanel name="versions">
          <VersionsTab
            versions={versions}
            shown={shown.version}
            onOpen={({ version }) => go({ version, tab: "asks" })}
          />
        </TabPanel>
      </Tabs>
    </Page>
  );
}

/** How sure its rating is, who signed it, and what it is here. */
function Header({ shown, install }: { shown: ListingVersion; install: Install | undefined }) {
  const { manifest, rating, status, reason } = shown;
  return (
    <section aria-label="About this listing" className="shrink-0 border-b border-line bg-panel px-4 py-2">
      <p className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <Rating score={rating.overall} />
        {status !== "active" && <Badge tone="bad">{`${status}: ${unhidden(reason ?? "")}`}</Badge>}
        <span className="flex flex-wrap gap-1">
          {(manifest.capabilities ?? []).map((one) => (
            <Badge key={one}>{one}</Badge>
          ))}
        </span>
        <Badges rating={rating} />
      </p>
      <dl className="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-xs">
        <Fact name="Kind">{manifest.kind}</Fact>
        <Fact name="Licence">{unhidden(manifest.licence)}</Fact>
        {manifest.source && (
          <Fact name="Source">
            <a href={manifest.source} target="_blank" rel="noreferrer" className="underline">
              {unhidden(manifest.source)}
            </a>
          </Fact>
        )}
        <Fact name="Signed by">
          <Mono text={shown.fingerprint} isBroken />
        </Fact>
        <Fact name="Here">
          {install ? (
            <Link {...agentPage(install.agent_id)} className="underline">
              {install.status === "installed" ? `installed, ${install.version}` : "uninstalled; its agent stays"}
            </Link>
          ) : (
            "not installed"
          )}
        </Fact>
      </dl>
    </section>
  );
}

export const page = createLazyRoute("/shell/market/$namespace/$agent")({ component: ListingPage });
