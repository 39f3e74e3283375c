import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { admin, adminQueries, type Quotas } from "@/api/admin";
import { limitOf, QUOTAS, type QuotaKind, typedOf } from "@/lib/quota";
import { RelativeTime } from "@/ui/amounts";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/fields";
import { FormDialog } from "@/ui/form-dialog";
import { Meter } from "@/ui/meter";
import { Loaded } from "@/ui/panels";
import { toast } from "@/ui/toast";
import { Bar } from "./records";
import { useTenantId, useWhyNotUnlessOperator } from "./tenant";

export function QuotasSection() {
  const tenant = useTenantId();
  const query = useQuery(adminQueries.quotas(tenant));
  return (
    <Loaded query={query} label="quotas">
      {(quotas) => <QuotaList tenant={tenant} quotas={quotas} />}
    </Loaded>
  );
}

function QuotaList({ tenant, quotas }: { tenant: string; quotas: Quotas }) {
  const [changing, setChanging] = useState<QuotaKind | null>(null);
  const whyNot = useWhyNotUnlessOperator("quotas:write");
  return (
    <>
      <Bar>
        How much at once and how much a month; admission and the gateway hold to it within a second. Changed{" "}
        <RelativeTime at={quotas.updated_at} /> ago.
      </Bar>
      <ul className="min-h-0 overflow-y-auto">
        {QUOTAS.map((kind) => (
          <li
            key={kind.name}
            aria-label={kind.label}
            className="grid items-center gap-x-4 gap-y-1 border-b border-line bg-panel px-4 py-2 sm:grid-cols-[21rem_minmax(0,1fr)_auto]"
          >
            <span>
              <span className="block font-medium">{kind.label}</span>
              <span className="block text-xs text-ink-faint">{kind.hint}</span>
            </span>
            <Use kind={kind} quotas={quotas} />
            <Button size="small" whyNot={whyNot} onClick={() => setChanging(kind)} aria-label={`Change ${kind.label}`}>
              Change
            </Button>
          </li>
        ))}
      </ul>
      {changing && (
        <ChangeQuota tenant={tenant} kind={changing} limit={quotas[changing.name]} onClose={() => setChanging(null)} />
      )}
    </>
  );
}

function Use({ kind, quotas }: { kind: QuotaKind; quotas: Quotas }) {
  const limit = quotas[kind.name];
  const used = quotas.used[kind.name];
  if (used !== undefined) return <Meter label={`${kind.label} used`} used={used} limit={limit} format={kind.format} />;
  return <span className="numbers text-xs">{limit === null ? "no limit" : `at most ${kind.format(limit)}`}</span>;
}

interface ChangeProps {
  tenant: string;
  kind: QuotaKind;
  limit: number | null;
  onClose(): void;
}

function ChangeQuota({ tenant, kind, limit, onClose }: ChangeProps) {
  const [typed, setTyped] = useState(typedOf(limit, kind.unit));
  const wanted = limitOf(typed, kind.unit);
  const submit = async () => {
    if (wanted === undefined) return false;
    await admin.changeQuotas(tenant, { [kind.name]: wanted });
    toast(`${kind.label}: ${wanted === null ? "no limit" : kind.format(wanted)}.`);
  };
  return (
    <FormDialog
      title={kind.label}
      description={kind.hint}
      submitLabel="Save"
      whyNot={wanted === undefined ? "It has to be a number from 0 up, or nothing for no limit." : null}
      onSubmit={submit}
      onClose={onClose}
    >
      {(errorAt) => (
        <TextField
          label={kind.typedIn ? `Limit in ${kind.typedIn}` : "Limit"}
          hint="Empty is no limit."
          inputMode="decimal"
          error={wanted === undefined ? "A number from 0 up, or nothing." : errorAt(kind.name)}
          value={typed}
          onChange={setTyped}
        />
      )}
    </FormDialog>
  );
}
