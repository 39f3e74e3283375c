import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type ModelVersion, trainingQueries } from "@/api/training";
import { unhidden } from "@/lib/hidden";
import { modelPage } from "@/lib/links";
import { useMore, useRows } from "@/lib/pages";
import { RelativeTime } from "@/ui/amounts";
import { type Column, DataTable } from "@/ui/data-table";
import { EmptyState, Loaded } from "@/ui/panels";
import { measured } from "./numbers";
import { StageBadge } from "./states";

/** The tenant's model versions, the newest first. */
export function Models() {
  const navigate = useNavigate();
  const found = useInfiniteQuery(trainingQueries.models());
  const models = useRows(found);
  const more = useMore(found);
  return (
    <Loaded query={{ ...found, data: models }} label="models">
      {(all) =>
        all.length > 0 ? (
          <DataTable
            label="Models"
            rows={all}
            rowKey={({ id }) => id}
            columns={COLUMNS}
            hasMore={found.hasNextPage}
            onEnd={more}
            onOpen={(model) => void navigate(modelPage(model))}
            card={(model) => <Card model={model} />}
          />
        ) : (
          <EmptyState title="No model yet">
            A training job that succeeds makes the next version of its model.
          </EmptyState>
        )
      }
    </Loaded>
  );
}

const COLUMNS: Column<ModelVersion>[] = [
  { id: "name", header: "Version", width: "minmax(11rem, 2fr)", cell: (model) => <Name model={model} /> },
  { id: "stage", header: "Stage", width: "8rem", cell: ({ stage }) => <StageBadge stage={stage} /> },
  {
    id: "base",
    header: "Base",
    width: "minmax(7rem, 1fr)",
    from: 700,
    cell: ({ base_model }) => <span className="numbers truncate text-xs">{unhidden(base_model)}</span>,
  },
  {
    id: "loss",
    header: "Held-out loss",
    width: "8rem",
    align: "right",
    from: 760,
    cell: ({ metrics }) => measured(metrics.heldout_loss ?? metrics.loss),
  },
  {
    id: "made",
    header: "Made",
    width: "5.5rem",
    align: "right",
    cell: ({ created_at }) => <RelativeTime at={created_at} />,
  },
];

function Name({ model }: { model: ModelVersion }) {
  return (
    <Link {...modelPage(model)} className="numbers truncate font-medium hover:underline">
      {model.label}
    </Link>
  );
}

function Card({ model }: { model: ModelVersion }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Name model={model} />
      <span className="ml-auto">
        <StageBadge stage={model.stage} />
      </span>
    </span>
  );
}
