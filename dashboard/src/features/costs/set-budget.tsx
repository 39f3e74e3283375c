import type { ComponentProps } from "react";
import { type Budget, type NewBudget, setBudget } from "@/api/costs";
import { useDraft } from "@/lib/draft";
import { limitOf, typedOf } from "@/lib/quota";
import { SelectField, TextField } from "@/ui/fields";
import { FormDialog } from "@/ui/form-dialog";
import { toast } from "@/ui/toast";

const MICRO = 1_000_000;

/** A new budget, or other limits of one. It counts at once. */
export function SetBudget({ budget, onClose }: { budget?: Budget; onClose(): void }) {
  const { draft, bind } = useDraft({
    scope: (budget?.scope === "user" ? "user" : "repository") as NewBudget["scope"],
    subject: budget?.subject ?? "",
    usd: typedOf(budget?.cost_micro_usd_per_month ?? null, MICRO),
    tokens: typedOf(budget?.tokens_per_month ?? null, 1),
  });
  const [cost, most] = [limitOf(draft.usd, MICRO), limitOf(draft.tokens, 1)];
  const submit = async () => {
    if (cost === undefined || most === undefined) return false;
    const set = await setBudget({
      scope: draft.scope,
      subject: budget && draft.scope === "repository" ? budget.label : draft.subject,
      cost_micro_usd_per_month: cost,
      tokens_per_month: most,
      max_unreviewed_results: budget?.max_unreviewed_results ?? null,
    });
    toast(`The budget of ${set.label || set.subject} counts from now on.`);
  };
  return (
    <FormDialog
      title={budget ? `The budget of ${budget.label || budget.subject}` : "Set a budget"}
      description="A call that does not fit is refused before it is made, and its session is paused."
      submitLabel="Set the budget"
      whyNot={cost === undefined || most === undefined ? "A limit is a number from 0 up, or nothing." : null}
      onSubmit={submit}
      onClose={onClose}
    >
      {(errorAt) => (
        <>
          {!budget && (
            <>
              <SelectField label="Of a" options={["repository", "user"]} {...bind("scope", errorAt)} />
              <TextField label="Which" hint={SUBJECTS[draft.scope]} {...bind("subject", errorAt)} />
            </>
          )}
          <LimitField
            label="US dollars a month"
            {...bind("usd")}
            error={cost === undefined ? NO_NUMBER : errorAt("cost_micro_usd_per_month")}
          />
          <LimitField
            label="Tokens a month"
            {...bind("tokens")}
            error={most === undefined ? NO_NUMBER : errorAt("tokens_per_month")}
          />
        </>
      )}
    </FormDialog>
  );
}

const NO_NUMBER = "A number from 0 up, or nothing.";

/** How what is kept inside a sum is named. */
const SUBJECTS: Record<NewBudget["scope"], string> = {
  user: "user:<id>, or key:<id> of a key without a person.",
  repository: "Its URL or path, as sessions name it.",
};

function LimitField(props: Omit<ComponentProps<typeof TextField>, "hint">) {
  return <TextField inputMode="decimal" hint="Empty is no limit." {...props} />;
}
