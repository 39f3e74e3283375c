import { useInfiniteQuery } from "@tanstack/react-query";
import { Building2 } from "lucide-react";
import { useState } from "react";
import { admin, adminQueries, type MadeKey, type Tenant } from "@/api/admin";
import { typedNumber, useDraft } from "@/lib/draft";
import type { Column } from "@/ui/data-table";
import { CheckField, TextField } from "@/ui/fields";
import { FormDialog } from "@/ui/form-dialog";
import { EmptyState } from "@/ui/panels";
import { toast } from "@/ui/toast";
import { agoColumn, monoColumn, nameColumn } from "./columns";
import { ListSection } from "./list-section";
import { ShownOnce } from "./make-key";
import { Card } from "./records";

type FirstKey = Pick<MadeKey, "name" | "key">;

const COLUMNS: Column<Tenant>[] = [
  nameColumn(),
  monoColumn("Slug", ({ slug }) => slug, { width: "minmax(7rem, 1fr)" }),
  monoColumn("Weight", ({ weight }) => String(weight), { width: "5rem", align: "right" }),
  {
    id: "trajectories",
    header: "Trajectories",
    width: "9rem",
    from: 700,
    cell: (row) => (row.capture_trajectories ? `kept ${row.trajectory_retention_days} days` : "not recorded"),
  },
  agoColumn("Made", ({ created_at }) => created_at, { from: 640 }),
];

export function Tenants() {
  const query = useInfiniteQuery(adminQueries.tenants());
  const [made, setMade] = useState<FirstKey | null>(null);
  return (
    <>
      <ListSection
        label="Tenants"
        about="All tenants of the platform. Their sessions, members and keys are theirs alone."
        add={{
          label: "Make a tenant",
          icon: <Building2 />,
          need: "operator",
          form: (close) => <MakeTenant onMade={setMade} onClose={close} />,
        }}
        query={query}
        rows={query.data?.pages.flatMap(({ items }) => items) ?? []}
        rowKey={({ id }) => id}
        columns={COLUMNS}
        card={(row) => <Card head={row.name} tail={`${row.slug} · weight ${row.weight}`} />}
        empty={<EmptyState title="No tenants">Make the first one; its ADMIN's key is shown then.</EmptyState>}
        opened={(row, close) => <ChangeTenant tenant={row} onClose={close} />}
      />
      {made && <ShownOnce made={made} onClose={() => setMade(null)} />}
    </>
  );
}

function MakeTenant({ onMade, onClose }: { onMade(made: FirstKey): void; onClose(): void }) {
  const { draft, bind } = useDraft({ slug: "", name: "" });
  const submit = async () => {
    const tenant = await admin.makeTenant(draft);
    onMade({ name: `of the first ADMIN of ${tenant.name}`, key: tenant.admin_key ?? null });
  };
  return (
    <FormDialog
      title="Make a tenant"
      submitLabel="Make the tenant"
      onSubmit={submit}
      onClose={onClose}
      fieldOfCode={{ slug_taken: "slug" }}
    >
      {(errorAt) => (
        <>
          <TextField label="Name" {...bind("name", errorAt)} />
          <TextField
            label="Slug"
            hint="Lower-case letters, digits and hyphens. It never changes."
            {...bind("slug", errorAt)}
          />
        </>
      )}
    </FormDialog>
  );
}

function ChangeTenant({ tenant, onClose }: { tenant: Tenant; onClose(): void }) {
  const { draft, bind } = useDraft({
    name: tenant.name,
    weight: String(tenant.weight),
    trajectory_retention_days: String(tenant.trajectory_retention_days),
    capture_trajectories: tenant.capture_trajectories,
    clamp_output: tenant.clamp_output,
  });
  const submit = async () => {
    await admin.changeTenant(tenant.id, {
      ...draft,
      weight: typedNumber(draft.weight) as number,
      trajectory_retention_days: typedNumber(draft.trajectory_retention_days) as number,
    });
    toast(`${draft.name} is changed.`);
  };
  return (
    <FormDialog
      title={tenant.name}
      description={`X-Tenant-ID: ${tenant.slug}`}
      submitLabel="Save"
      onSubmit={submit}
      onClose={onClose}
    >
      {(errorAt) => (
        <>
          <TextField label="Name" {...bind("name", errorAt)} />
          <TextField
            label="Weight"
            inputMode="numeric"
            hint="Its part of the capacity when tenants compete."
            {...bind("weight", errorAt)}
          />
          <CheckField label="Model calls are recorded for fine-tuning" {...bind("capture_trajectories")} />
          <TextField
            label="Days that recorded calls are kept"
            inputMode="numeric"
            {...bind("trajectory_retention_days", errorAt)}
          />
          <CheckField label="A call that does not fit the budget gets a smaller output" {...bind("clamp_output")} />
        </>
      )}
    </FormDialog>
  );
}
