import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { createLazyRoute, getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { type DatasetDetail, datasetQueries, type Stage } from "@/api/datasets";
import { isNotFound } from "@/api/errors";
import { unhidden } from "@/lib/hidden";
import { jobPage, modelPage } from "@/lib/links";
import { count, exactly } from "@/lib/money";
import { useMore, useRows } from "@/lib/pages";
import { RelativeTime } from "@/ui/amounts";
import { Badge } from "@/ui/badge";
import { Mono } from "@/ui/mono";
import { NotFound } from "@/ui/not-found";
import { Page } from "@/ui/page";
import { Fact, Panel } from "@/ui/panel";
import { EmptyState, Loaded } from "@/ui/panels";
import { TabPanel, Tabs } from "@/ui/tabs";
import { VirtualList } from "@/ui/virtual-list";
import { RowOfDataset } from "./dataset-row";
import type { DatasetTab } from "./search";

const route = getRouteApi("/shell/training/datasets/$id");
const DIGEST = /^[0-9a-f]{64}$/;

function DatasetPage() {
  const { id } = route.useParams();
  const dataset = useQuery({ ...datasetQueries.one(id), enabled: DIGEST.test(id) });
  if (!DIGEST.test(id) || isNotFound(dataset.error)) return <NotFound />;
  return (
    <Loaded query={dataset} label="the dataset" rows={14}>
      {(one) => <Opened key={id} dataset={one} />}
    </Loaded>
  );
}

function Opened({ dataset }: { dataset: DatasetDetail }) {
  const { tab } = route.useSearch();
  const navigate = useNavigate();
  return (
    <Page title={dataset.name} note="a dataset, which never changes">
      <section aria-label="About this dataset" className="shrink-0 border-b border-line bg-panel px-4 py-2">
        <dl className="flex flex-wrap gap-x-5 gap-y-1 text-xs">
          <Fact name="To train">{exactly(dataset.train_rows)}</Fact>
          <Fact name="Held out">{exactly(dataset.heldout_rows)}</Fact>
          <Fact name="Pairs">{exactly(dataset.preference_rows)}</Fact>
          <Fact name="Tokens">{count(dataset.tokens)}</Fact>
          <Fact name="Digest">
            <Mono text={dataset.id} isBroken />
          </Fact>
          <Fact name="Made">
            <RelativeTime at={dataset.created_at} /> ago by {unhidden(dataset.created_by)}
          </Fact>
        </dl>
      </section>
      <Tabs
        label="Parts of this dataset"
        tabs={[
          { name: "stages", label: "Stages" },
          { name: "rows", label: "Rows" },
          { name: "used", label: "Learnt from it" },
        ]}
        open={tab ?? "stages"}
        onOpen={(next: DatasetTab) =>
          void navigate({ to: "/training/datasets/$id", params: { id: dataset.id }, search: { tab: next } })
        }
      >
        <TabPanel name="stages">
          <Funnel dataset={dataset} />
        </TabPanel>
        <TabPanel name="rows">
          <Rows id={dataset.id} />
        </TabPanel>
        <TabPanel name="used">
          <Descendants id={dataset.id} />
        </TabPanel>
      </Tabs>
    </Page>
  );
}

/** What went into each stage, what came out, and why the rest did not. */
function Funnel({ dataset: { counters } }: { dataset: DatasetDetail }) {
  const stages = counters.stages ?? [];
  const most = Math.max(1, ...stages.map((stage) => stage.in));
  return (
    <section
      aria-label="Stages"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
      tabIndex={0}
      className="min-h-0 grow overflow-y-auto p-3"
    >
      <ol className="flex max-w-4xl flex-col gap-2">
        {stages.map((stage) => (
          <Step key={stage.stage} stage={stage} most={most} />
        ))}
      </ol>
    </section>
  );
}

function Step({ stage, most }: { stage: Stage; most: number }) {
  const reasons = Object.entries(stage.reasons).sort(([, one], [, other]) => other - one);
  return (
    <li className="border border-line bg-panel px-3 py-2">
      <p className="flex flex-wrap items-center gap-3">
        <span className="font-medium">{unhidden(stage.stage)}</span>
        <span className="numbers ml-auto text-xs">{`${exactly(stage.in)} in, ${exactly(stage.out)} out`}</span>
      </p>
      <div aria-hidden className="mt-1 h-2 bg-raised">
        <div className="h-2 bg-accent" style={{ width: `${(100 * stage.out) / most}%` }} />
      </div>
      {reasons.length > 0 && (
        <ul className="mt-1 flex flex-wrap gap-1">
          {reasons.map(([reason, lost]) => (
            <li key={reason}>
              <Badge tone="muted">{`${reason} ${exactly(lost)}`}</Badge>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

function Rows({ id }: { id: string }) {
  const found = useInfiniteQuery(datasetQueries.rows(id));
  const rows = useRows(found);
  const more = useMore(found);
  return (
    <Loaded query={{ ...found, data: rows }} label="rows">
      {(all) =>
        all.length > 0 ? (
          <VirtualList
            label="Rows"
            rows={all}
            rowKey={({ position }) => String(position)}
            estimatedHeight={260}
            onEnd={found.hasNextPage ? more : undefined}
            render={(row) => <RowOfDataset row={row} />}
          />
        ) : (
          <EmptyState title="It has no rows" />
        )
      }
    </Loaded>
  );
}

function Descendants({ id }: { id: string }) {
  const found = useQuery(datasetQueries.descendants(id));
  return (
    <Loaded query={found} label="what came of it">
      {({ jobs, model_versions: versions }) => (
        <div className="grid auto-rows-min gap-3 p-3 lg:grid-cols-2">
          <Panel title="Jobs">
            <ul className="p-3">
              {jobs.length === 0 && <li className="text-ink-faint">None yet.</li>}
              {jobs.map((job) => (
                <li key={job.id}>
                  <Link {...jobPage(job.id)} className="underline">
                    {unhidden(job.name)}
                  </Link>{" "}
                  <span className="text-xs text-ink-faint">{job.status}</span>
                </li>
              ))}
            </ul>
          </Panel>
          <Panel title="Models">
            <ul className="p-3">
              {versions.length === 0 && <li className="text-ink-faint">None yet.</li>}
              {versions.map((model) => (
                <li key={model.id}>
                  <Link {...modelPage(model)} className="numbers underline">
                    {`${model.name}@${model.version}`}
                  </Link>{" "}
                  <span className="text-xs text-ink-faint">{model.stage}</span>
                </li>
              ))}
            </ul>
          </Panel>
        </div>
      )}
    </Loaded>
  );
}

export const page = createLazyRoute("/shell/training/datasets/$id")({ component: DatasetPage });
