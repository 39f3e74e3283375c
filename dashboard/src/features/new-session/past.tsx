import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type Estimate, intakeQueries } from "@/api/intake";
import { count, money } from "@/lib/money";
import { duration } from "@/lib/time";
import { basisOf, waitOf } from "./estimate";
import type { Form } from "./form";

/** A path that is still being typed is none to ask about. */
const TYPED_MS = 400;

/** What sessions like this one took, and when it could begin; nothing where none could be handed in like that. */
export function Past({ form }: { form: Form }) {
  const repository = useSettled(form.repository.trim());
  const wanted = { repository: repository || null, agent: form.agent || null, model: form.model || null };
  const { data } = useQuery({ ...intakeQueries.estimate(wanted), placeholderData: keepPreviousData });
  // Its room is kept: what is about to be clicked must not move when it comes.
  if (!data) return <div className="h-4 w-full" />;
  return (
    <dl
      aria-label="What such sessions took"
      className="numbers flex min-h-4 w-full flex-wrap gap-x-4 gap-y-0.5 text-xs text-ink-soft [&_dt]:text-ink-faint [&>div]:flex [&>div]:gap-1.5"
    >
      <Fact name="cost" of={data.cost_micro_usd} told={money} />
      <Fact name="tokens" of={data.tokens} told={count} />
      <Fact name="work" of={data.minutes} told={(minutes) => duration(minutes * 60)} />
      <div>
        <dt>wait</dt>
        <dd>{waitOf(data)}</dd>
      </div>
      <Basis estimate={data} />
    </dl>
  );
}

interface FactProps {
  name: string;
  of: { p50: number; p90: number } | null;
  told(value: number): string;
}

function Fact({ name, of, told }: FactProps) {
  if (of === null) return null;
  const [half, most] = [told(of.p50), told(of.p90)];
  return (
    <div title={`Half of them took at most ${half}, nine of ten at most ${most}.`}>
      <dt>{name}</dt>
      <dd>{half === most ? half : `${half} … ${most}`}</dd>
    </div>
  );
}

function Basis({ estimate }: { estimate: Estimate }) {
  return (
    <div>
      <dt>{estimate.cost_micro_usd === null ? "like it" : "half … nine of ten of"}</dt>
      <dd>{basisOf(estimate)}</dd>
    </div>
  );
}

function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), TYPED_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
