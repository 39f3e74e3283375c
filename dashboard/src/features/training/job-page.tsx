import { useQuery } from "@tanstack/react-query";
import { createLazyRoute, getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useMemo } from "react";
import { isNotFound } from "@/api/errors";
import { type Job, type Point, trainingQueries } from "@/api/training";
import { unhidden } from "@/lib/hidden";
import { datasetPage, isId } from "@/lib/links";
import { duration } from "@/lib/time";
import { RelativeTime } from "@/ui/amounts";
import { type Column, DataTable } from "@/ui/data-table";
import { Mono } from "@/ui/mono";
import { NotFound } from "@/ui/not-found";
import { Page } from "@/ui/page";
import { Fact } from "@/ui/panel";
import { EmptyState, Loaded } from "@/ui/panels";
import { TabPanel, Tabs } from "@/ui/tabs";
import { JobDeeds } from "./job-deeds";
import { Checkpoints, Log } from "./job-records";
import { curvesOf, measured, progressOf } from "./numbers";
import type { JobTab } from "./search";
import { JobBadge } from "./states";

const LossChart = lazy(() => import("./loss-chart"));
const route = getRouteApi("/shell/training/jobs/$id");

function JobPage() {
  const { id } = route.useParams();
  const job = useQuery({ ...trainingQueries.job(id), enabled: isId(id) });
  if (!isId(id) || isNotFound(job.error)) return <NotFound />;
  return (
    <Loaded query={job} label="the training job" rows={14}>
      {(one) => <Opened key={id} job={one} />}
    </Loaded>
  );
}

function Opened({ job }: { job: Job }) {
  const { tab } = route.useSearch();
  const navigate = useNavigate();
  return (
    <Page title={job.name} note={`a training job upon ${unhidden(job.base_model)}`} actions={<JobDeeds job={job} />}>
      <Header job={job} />
      <Tabs
        label="Parts of this job"
        tabs={[
          { name: "curve", label: "Loss" },
          { name: "checkpoints", label: "Checkpoints" },
          { name: "log", label: "Log" },
        ]}
        open={tab ?? "curve"}
        onOpen={(next: JobTab) =>
          void navigate({ to: "/training/jobs/$id", params: { id: job.id }, search: { tab: next } })
        }
      >
        <TabPanel name="curve">
          <Curve id={job.id} />
        </TabPanel>
        <TabPanel name="checkpoints">
          <Checkpoints id={job.id} />
        </TabPanel>
        <TabPanel name="log">
          <Log id={job.id} />
        </TabPanel>
      </Tabs>
    </Page>
  );
}

/** How it stands, what ended it, and what it was asked for. */
function Header({ job }: { job: Job }) {
  const { problem, requested, status_reason } = job;
  return (
    <section aria-label="About this job" className="shrink-0 border-b border-line bg-panel px-4 py-2">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <JobBadge status={job.status} />
        <span className="text-ink-soft">{unhidden(status_reason ?? "")}</span>
        {requested && <span className="text-attention">{`asked to ${requested}`}</span>}
      </p>
      {problem && (
        <p className="mt-2 border-l-4 border-bad bg-bad-wash px-2 py-1">
          {unhidden(problem.message)} <span className="text-ink-soft">{unhidden(problem.hint)}</span>{" "}
          <span className="numbers text-2xs text-ink-faint">{problem.code}</span>
        </p>
      )}
      <dl className="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-xs">
        <Fact name="Step">{progressOf(job)}</Fact>
        <Fact name="Loss">{measured(job.latest.loss)}</Fact>
        <Fact name="Held out">{measured(job.latest.heldout_loss)}</Fact>
        <Fact name="How">{`${job.method}, ${job.adaptation}, ${job.trainer}`}</Fact>
        <Fact name="Trained for">
          {job.max_seconds === null
            ? duration(job.spent_seconds)
            : `${duration(job.spent_seconds)} of ${duration(job.max_seconds)}`}
        </Fact>
        <Fact name="Attempt">{job.attempt}</Fact>
        <Fact name="Data">
          <Data job={job} />
        </Fact>
        {job.model_version_id && (
          <Fact name="Model">
            <Link to="/training" search={{ tab: "models" }} className="underline">
              made a version
            </Link>
          </Fact>
        )}
        <Fact name="Made">
          <RelativeTime at={job.created_at} /> ago by {unhidden(job.created_by)}
        </Fact>
      </dl>
    </section>
  );
}

function Data({ job: { dataset_id, training_file_id } }: { job: Job }) {
  if (dataset_id === null) return <Mono text={training_file_id ?? "–"} />;
  return (
    <Link {...datasetPage(dataset_id)} className="underline">
      {dataset_id.slice(0, 12)}
    </Link>
  );
}

function Curve({ id }: { id: string }) {
  const points = useQuery(trainingQueries.points(id));
  return (
    <Loaded query={points} label="the loss">
      {(all) => (all.length > 0 ? <Measured points={all} /> : <EmptyState title="Nothing is measured yet" />)}
    </Loaded>
  );
}

function Measured({ points }: { points: Point[] }) {
  const curves = useMemo(() => curvesOf(points), [points]);
  const rows = useMemo(() => [...points].reverse(), [points]);
  return (
    <>
      <Suspense fallback={<div className="h-72" />}>
        <LossChart curves={curves} />
      </Suspense>
      <DataTable
        label="What was measured, the newest first"
        rows={rows}
        rowKey={({ seq }) => String(seq)}
        columns={COLUMNS}
        onOpen={nothing}
      />
    </>
  );
}

/** A row says all there is of it. */
function nothing(): void {}

const COLUMNS: Column<Point>[] = [
  { id: "step", header: "Step", width: "6rem", align: "right", cell: ({ step }) => step },
  { id: "kind", header: "Rows", width: "7rem", cell: ({ kind }) => (kind === "heldout" ? "held out" : "training") },
  { id: "loss", header: "Loss", width: "7rem", align: "right", cell: ({ metrics }) => measured(metrics.loss) },
  {
    id: "rate",
    header: "Rate",
    width: "7rem",
    align: "right",
    from: 640,
    cell: ({ metrics }) => measured(metrics.learning_rate),
  },
  {
    id: "at",
    header: "Measured",
    width: "6rem",
    align: "right",
    cell: ({ measured_at }) => <RelativeTime at={measured_at} />,
  },
];

export const page = createLazyRoute("/shell/training/jobs/$id")({ component: JobPage });
