import { useQuery } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { adminQueries } from "@/api/admin";
import { type Account, type Budget, costQueries, removeBudget } from "@/api/costs";
import { useMe, useWhyNot } from "@/api/me";
import { count, money } from "@/lib/money";
import { QUOTAS } from "@/lib/quota";
import { RelativeTime } from "@/ui/amounts";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { ConfirmDialog } from "@/ui/dialog";
import { Meter } from "@/ui/meter";
import { Panel } from "@/ui/panel";
import { Loaded } from "@/ui/panels";
import { VirtualList } from "@/ui/virtual-list";
import { SetBudget } from "./set-budget";

export function Budgets() {
  const { tenant_id } = useMe();
  return (
    <div className="flex min-h-0 grow flex-col gap-3 overflow-y-auto p-3">
      {tenant_id && <Quotas tenant={tenant_id} />}
      <BudgetList />
    </div>
  );
}

function Quotas({ tenant }: { tenant: string }) {
  const query = useQuery(adminQueries.quotas(tenant));
  return (
    <Loaded query={query} label="quotas" rows={4}>
      {(quotas) => (
        <Panel title="Quotas of the tenant" note="a warning is given from 80 % on">
          <ul className="-mb-px grid sm:grid-cols-2 xl:grid-cols-3">
            {QUOTAS.filter(({ name }) => quotas.used[name] !== undefined).map((kind) => (
              <li key={kind.name} aria-label={kind.label} className="border-b border-line px-3 py-2">
                <p className="mb-1 text-xs font-medium">{kind.label}</p>
                <Meter
                  label={`${kind.label} used`}
                  used={quotas.used[kind.name] ?? 0}
                  limit={quotas[kind.name]}
                  format={kind.format}
                />
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </Loaded>
  );
}

function BudgetList() {
  const budgets = useQuery(costQueries.budgets());
  const accounts = useQuery(costQueries.accounts());
  const whyNot = useWhyNot("budgets:write");
  const [setting, setSetting] = useState<Budget | "new" | null>(null);
  const [removing, setRemoving] = useState<Budget | null>(null);
  return (
    <Panel
      title="Budgets of users and repositories"
      note="a month in UTC"
      actions={
        <Button size="small" icon={<Plus />} whyNot={whyNot} onClick={() => setSetting("new")}>
          Set a budget
        </Button>
      }
    >
      <Loaded query={budgets} label="budgets" rows={4}>
        {(found) => (
          <Loaded query={accounts} label="what was spent" rows={4}>
            {(spent) => <BudgetRows budgets={found} accounts={spent} onChange={setSetting} onRemove={setRemoving} />}
          </Loaded>
        )}
      </Loaded>
      {setting && <SetBudget budget={setting === "new" ? undefined : setting} onClose={() => setSetting(null)} />}
      {removing && (
        <ConfirmDialog
          isOpen
          onOpenChange={(isOpen) => !isOpen && setRemoving(null)}
          title={`Remove the budget of ${removing.label}`}
          description="Only the quotas of the tenant hold for it then. What was spent stays counted."
          confirmLabel="Remove the budget"
          isDangerous
          onConfirm={() => removeBudget(removing.id)}
        />
      )}
    </Panel>
  );
}

interface RowsProps {
  budgets: readonly Budget[];
  accounts: readonly Account[];
  onChange(budget: Budget): void;
  onRemove(budget: Budget): void;
}

function BudgetRows({ budgets, accounts, onChange, onRemove }: RowsProps) {
  const whyNot = useWhyNot("budgets:write");
  if (budgets.length === 0) {
    return (
      <p className="px-3 py-2 text-ink-soft">
        None: only the quotas of the tenant hold. Set one to keep a person or a repository inside a sum.
      </p>
    );
  }
  return (
    <VirtualList
      label="Budgets"
      className="max-h-96"
      rows={budgets}
      rowKey={({ id }) => id}
      estimatedHeight={52}
      render={(budget) => (
        <Row
          budget={budget}
          account={accounts.find(({ scope, subject }) => scope === budget.scope && subject === budget.subject)}
          whyNot={whyNot}
          onChange={() => onChange(budget)}
          onRemove={() => onRemove(budget)}
        />
      )}
    />
  );
}

interface RowProps {
  budget: Budget;
  account?: Account;
  whyNot: string | null;
  onChange(): void;
  onRemove(): void;
}

function Row({ budget, account, whyNot, onChange, onRemove }: RowProps) {
  const name = budget.label || budget.subject;
  return (
    <div className="grid items-center gap-x-4 gap-y-2 border-b border-line px-3 py-2 md:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_minmax(0,1fr)_auto]">
      <span className="flex min-w-0 items-center gap-2">
        <Badge>{budget.scope}</Badge>
        <span className="min-w-0 truncate font-medium" title={budget.subject}>
          {name}
        </span>
      </span>
      <Meter
        label={`Money of ${name} used`}
        used={account?.spent_micro_usd ?? 0}
        limit={budget.cost_micro_usd_per_month}
        format={money}
        note={
          account?.resets_at && (
            <>
              anew <RelativeTime at={account.resets_at} isAhead />
            </>
          )
        }
      />
      <Meter
        label={`Tokens of ${name} used`}
        used={account?.spent_tokens ?? 0}
        limit={budget.tokens_per_month}
        format={(value) => `${count(value)} tokens`}
      />
      <span className="flex justify-end">
        <Button size="small" whyNot={whyNot} onClick={onChange} aria-label={`Change the budget of ${name}`}>
          Change
        </Button>
        <IconButton
          size="small"
          className="w-6!"
          label={`Remove the budget of ${name}`}
          whyNot={whyNot}
          onClick={onRemove}
        >
          <Trash2 />
        </IconButton>
      </span>
    </div>
  );
}
