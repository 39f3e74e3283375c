import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type Job, trainingQueries } from "@/api/training";
import { unhidden } from "@/lib/hidden";
import { jobPage } from "@/lib/links";
import { useMore, useRows } from "@/lib/pages";
import { RelativeTime } from "@/ui/amounts";
import { type Column, DataTable } from "@/ui/data-table";
import { EmptyState, Loaded } from "@/ui/panels";
import { measured, progressOf } from "./numbers";
import { JobBadge } from "./states";

/** The tenant's training jobs, the newest first. */
export function Jobs() {
  const navigate = useNavigate();
  const found = useInfiniteQuery(trainingQueries.jobs());
  const jobs = useRows(found);
  const more = useMore(found);
  return (
    <Loaded query={{ ...found, data: jobs }} label="training jobs">
      {(all) =>
        all.length > 0 ? (
          <DataTable
            label="Training jobs"
            rows={all}
            rowKey={({ id }) => id}
            columns={COLUMNS}
            hasMore={found.hasNextPage}
            onEnd={more}
            onOpen={({ id }) => void navigate(jobPage(id))}
            card={(job) => <Card job={job} />}
          />
        ) : (
          <EmptyState title="Nothing was trained yet">
            A LEAD trains a model on a dataset: <code className="numbers">orchestrator finetune create</code>
          </EmptyState>
        )
      }
    </Loaded>
  );
}

const COLUMNS: Column<Job>[] = [
  { id: "name", header: "Model", width: "minmax(10rem, 2fr)", cell: (job) => <Name job={job} /> },
  { id: "status", header: "State", width: "11rem", cell: ({ status }) => <JobBadge status={status} /> },
  { id: "step", header: "Step", width: "7rem", align: "right", cell: progressOf },
  { id: "loss", header: "Loss", width: "5.5rem", align: "right", cell: ({ latest }) => measured(latest.loss) },
  {
    id: "how",
    header: "How",
    width: "8rem",
    from: 760,
    cell: ({ method, adaptation }) => <span className="text-xs text-ink-soft">{`${method}, ${adaptation}`}</span>,
  },
  {
    id: "base",
    header: "Base",
    width: "minmax(7rem, 1fr)",
    from: 860,
    cell: ({ base_model }) => <span className="numbers truncate text-xs">{unhidden(base_model)}</span>,
  },
  {
    id: "made",
    header: "Made",
    width: "5.5rem",
    align: "right",
    from: 700,
    cell: ({ created_at }) => <RelativeTime at={created_at} />,
  },
];

function Name({ job }: { job: Job }) {
  return (
    <Link {...jobPage(job.id)} className="truncate font-medium hover:underline">
      {unhidden(job.name)}
    </Link>
  );
}

function Card({ job }: { job: Job }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Name job={job} />
      <span className="numbers text-2xs text-ink-faint">{progressOf(job)}</span>
      <span className="ml-auto">
        <JobBadge status={job.status} />
      </span>
    </span>
  );
}
