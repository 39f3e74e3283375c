import type { AgentVersion } from "@/api/agents";
import { unhidden } from "@/lib/hidden";
import { exactly, money } from "@/lib/money";
import { Literal } from "@/ui/literal";
import { Facts, Panel } from "@/ui/panel";
import { Belongings } from "./belongings";
import { capabilitiesOf } from "./listing";

type Definition = AgentVersion["definition"];

/** Its words, its model's settings, what it may do and how much. */
export function DefinitionTab({ definition }: { definition: Definition }) {
  return (
    <section
      aria-label="Definition"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
      tabIndex={0}
      className="grid min-h-0 grow content-start gap-3 overflow-y-auto p-3 lg:grid-cols-2"
    >
      <Panel title="Prompt" className="lg:row-span-3">
        <div className="[&>pre]:border-0">
          <Literal>{definition.prompt}</Literal>
        </div>
      </Panel>
      <Panel title="Settings">
        <div className="px-3 py-2">
          <Facts facts={factsOf(definition)} />
        </div>
      </Panel>
      <Permissions rules={definition.permissions ?? []} />
      <Belongings {...definition} />
    </section>
  );
}

function factsOf({ description, model, temperature, top_p, limits, ...rest }: Definition): [string, React.ReactNode][] {
  const number = (value: number | null | undefined, none: string) =>
    typeof value === "number" ? <span className="numbers">{exactly(value)}</span> : none;
  return [
    ["For", unhidden(description) || "–"],
    ["Capabilities", capabilitiesOf(rest).join(", ") || "none"],
    ["Model", model ? unhidden(model) : "the session's, or the default"],
    ["Temperature", number(temperature, "the model's own")],
    ["Top p", number(top_p, "the model's own")],
    ["Sessions at once", number(limits.max_concurrent_sessions, "no limit of its own")],
    ["Steps of a turn", number(limits.max_steps, "no limit of its own")],
    ["Tokens of a session", number(limits.max_tokens, "no limit of its own")],
    ["Money of a session", limits.max_cost_micro_usd ? money(limits.max_cost_micro_usd) : "no limit of its own"],
  ];
}

/** They narrow the tenant's policy and never widen it; the first that fits counts. */
function Permissions({ rules }: { rules: NonNullable<Definition["permissions"]> }) {
  return (
    <Panel title="Permissions" note="within the tenant's policy; the first rule that fits counts">
      {rules.length === 0 ? (
        <p className="px-3 py-2 text-ink-soft">None of its own: the tenant's policy holds.</p>
      ) : (
        <table className="w-full text-left">
          <thead>
            <tr className="label-caps h-7 border-b border-line text-ink-faint">
              <th className="px-3 font-normal">Tool</th>
              <th className="px-3 font-normal">On</th>
              <th className="px-3 font-normal">Answer</th>
            </tr>
          </thead>
          <tbody className="numbers text-xs">
            {rules.map(({ permission, pattern, action }, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a version never changes, and a rule may be there twice.
              <tr key={at} className="h-7 border-b border-line last:border-b-0">
                <td className="px-3">{unhidden(permission)}</td>
                <td className="px-3 break-all">{unhidden(pattern ?? "*")}</td>
                <td className="px-3">{action}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
