import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Costs, OutcomeCost } from "@/api/costs";
import { count, exactly } from "@/lib/money";
import { OUTCOMES, type Outcome } from "@/lib/status";
import { counted } from "@/lib/words";
import { Money } from "@/ui/amounts";
import { Panel, Stat } from "@/ui/panel";

type Days = { from: string; to: string };

/** What the money brought: a verified result is what it is spent for. */
export function Outcomes({ costs, days }: { costs: Costs; days: Days }) {
  const { per_verified, outcomes } = costs;
  const none = "no session is verified yet";
  return (
    <Panel title="What it brought" note="as the sessions are now">
      <div className="grid gap-3 p-3 sm:grid-cols-2">
        <Stat
          label="A verified session"
          value={per_verified.cost_micro_usd === null ? "–" : <Money microUsd={per_verified.cost_micro_usd} />}
          note={
            per_verified.sessions === 0 ? (
              none
            ) : (
              <>
                mean of{" "}
                <Sessions of={["verified"]} days={days}>
                  {counted(per_verified.sessions, "session")}
                </Sessions>
                , {count(per_verified.tokens ?? 0)} tokens each
              </>
            )
          }
        />
        <Stat
          label="All in"
          value={per_verified.all_in_micro_usd === null ? "–" : <Money microUsd={per_verified.all_in_micro_usd} />}
          note={per_verified.sessions === 0 ? none : "all that was spent, for each verified one"}
        />
      </div>
      <table className="w-full text-left">
        <thead>
          <tr className="label-caps h-7 border-t border-line text-ink-faint">
            <th className="px-3 font-normal">Outcome</th>
            <th className="px-3 text-right font-normal">Sessions</th>
            <th className="px-3 text-right font-normal">Money</th>
            <th className="px-3 text-right font-normal">Tokens</th>
          </tr>
        </thead>
        <tbody>
          {outcomes.map((one) => (
            <tr key={one.outcome} className="h-7 border-t border-line">
              <th scope="row" className="px-3 font-normal">
                <OutcomeName outcome={one.outcome} days={days} />
              </th>
              <td className="numbers px-3 text-right">{one.outcome === "no_session" ? "–" : exactly(one.sessions)}</td>
              <td className="px-3 text-right">
                <Money microUsd={one.cost_micro_usd} />
              </td>
              <td className="numbers px-3 text-right">{count(one.tokens)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

/** Leads to the very sessions that were counted. */
function OutcomeName({ outcome, days }: { outcome: OutcomeCost["outcome"]; days: Days }) {
  if (outcome === "no_session") return <>Calls outside of a session</>;
  return (
    <Sessions of={[outcome]} days={days}>
      {OUTCOMES[outcome]}
    </Sessions>
  );
}

function Sessions({ of: outcome, days, children }: { of: Outcome[]; days: Days; children: ReactNode }) {
  return (
    <Link
      to="/fleet"
      search={{ outcome, ...days }}
      className="underline decoration-line-strong underline-offset-2 hover:decoration-accent"
    >
      {children}
    </Link>
  );
}
