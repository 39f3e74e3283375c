import { Link } from "@tanstack/react-router";
import type { Range, UsageItem } from "@/api/costs";
import { count, exactly } from "@/lib/money";
import { Money } from "@/ui/amounts";
import { Panel } from "@/ui/panel";
import { fleetDays } from "./search";

/** What of the fleet a number is made of; undefined where the fleet cannot be narrowed down to it. */
type FleetPart = { agent?: string; model?: string; owner?: string; repository?: string; day?: string };

interface BreakdownProps {
  title: string;
  range: Range;
  items: readonly UsageItem[];
  /** What stands for calls that belong to none. */
  none: string;
  partOf(item: UsageItem): FleetPart | undefined;
  isTall?: boolean;
}

/** Money, tokens and calls by one thing; each row leads to its sessions. */
export function Breakdown({ title, range, items, none, partOf, isTall }: BreakdownProps) {
  const most = Math.max(1, ...items.map(({ cost_micro_usd }) => cost_micro_usd));
  return (
    <Panel title={title} note={<span className="numbers">{items.length}</span>}>
      {items.length === 0 ? (
        <p className="px-3 py-2 text-ink-soft">Nothing was spent in these days.</p>
      ) : (
        <section
          aria-label={`${title}, rows`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
          tabIndex={0}
          className={isTall ? "max-h-64 overflow-y-auto" : "max-h-56 overflow-y-auto"}
        >
          <table className="w-full table-fixed text-left">
            <thead>
              <tr className="label-caps h-7 text-ink-faint">
                <th className="px-3 font-normal">{title.replace(/^By /, "")}</th>
                <th className="w-24 px-3 text-right font-normal">Money</th>
                <th className="w-20 px-3 text-right font-normal">Tokens</th>
                <th className="w-16 px-3 text-right font-normal">Calls</th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.key} className="h-7 border-t border-line">
                  <th scope="row" className="truncate px-3 font-normal" title={item.label}>
                    <Name item={item} none={none} part={partOf(item)} range={range} />
                    <span
                      aria-hidden
                      className="block h-0.5 bg-accent"
                      style={{ width: `${(item.cost_micro_usd / most) * 100}%` }}
                    />
                  </th>
                  <td className="px-3 text-right">
                    <Money microUsd={item.cost_micro_usd} />
                  </td>
                  <td
                    className="numbers px-3 text-right"
                    title={`${exactly(item.input_tokens)} in, ${exactly(item.output_tokens)} out`}
                  >
                    {count(item.input_tokens + item.output_tokens)}
                  </td>
                  <td className="numbers px-3 text-right">{count(item.requests)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Panel>
  );
}

function Name({ item, none, part, range }: { item: UsageItem; none: string; part?: FleetPart; range: Range }) {
  const name = item.label || item.key || none;
  if (item.key === "" || part === undefined)
    return <span className={item.key === "" ? "text-ink-faint" : ""}>{name}</span>;
  const { day, ...filters } = part;
  const days = day ? { from: day, to: day } : fleetDays(range);
  return (
    <Link
      to="/fleet"
      search={{ ...filters, ...days }}
      className="underline decoration-line-strong underline-offset-2 hover:decoration-accent"
    >
      {name}
    </Link>
  );
}
