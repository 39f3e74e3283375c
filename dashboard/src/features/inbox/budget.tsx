import { useNavigate } from "@tanstack/react-router";
import { Wallet } from "lucide-react";
import type { InboxItem } from "@/api/inbox";
import { unhidden } from "@/lib/hidden";
import { useShortcuts } from "@/lib/keys";
import { COSTS_PATH } from "@/lib/links";
import { count, money } from "@/lib/money";
import { Button } from "@/ui/button";
import { Part } from "@/ui/literal";
import { Meter } from "@/ui/meter";
import { Parts } from "./parts";

export function BudgetDetail({ item }: { item: InboxItem }) {
  const navigate = useNavigate();
  const open = () => void navigate({ to: COSTS_PATH as string });
  useShortcuts([{ keys: "Enter", label: "See costs", run: open }]);
  const { budget } = item;
  if (!budget) return null;
  const raise = item.actions.find(({ name }) => name === "raise_budget");
  return (
    <Parts
      keys={[["⏎", "see costs"]]}
      deeds={
        <div className="grid gap-2 sm:flex">
          <Button look="primary" icon={<Wallet />} onClick={open}>
            See costs and budgets
          </Button>
        </div>
      }
    >
      <p>{unhidden(item.summary)}.</p>
      {budget.limit_micro_usd !== null && (
        <Part title="Money this month">
          <Meter
            label="Money of this month used"
            used={budget.spent_micro_usd}
            limit={budget.limit_micro_usd}
            format={money}
          />
        </Part>
      )}
      {budget.limit_tokens !== null && (
        <Part title="Tokens this month">
          <Meter
            label="Tokens of this month used"
            used={budget.spent_tokens}
            limit={budget.limit_tokens}
            format={count}
          />
        </Part>
      )}
      <p className="text-ink-soft">
        What is spent stays counted until the month ends.{" "}
        {raise?.allowed ? "You can raise the limit." : `The limit is raised by whoever has the role ${raise?.role}.`}
      </p>
    </Parts>
  );
}
