import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import type { PolicyRule } from "@/api/admin";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { Select, TextInput } from "@/ui/field";
import { Panel } from "@/ui/panel";

interface RuleRow {
  id: number;
  rule: PolicyRule;
}

export function rowsOf(rules: readonly PolicyRule[]): RuleRow[] {
  return rules.map((rule, id) => ({ id, rule }));
}

const ACTIONS = ["allow", "ask", "deny"] as const;
const TONES = { allow: "good", ask: "attention", deny: "bad" } as const;
const GRID = "grid items-center gap-2 px-3 py-1 grid-cols-[1.5rem_minmax(5rem,1fr)_minmax(5rem,2fr)_5.5rem_auto]";

interface RuleListProps {
  rows: RuleRow[];
  onChange(rows: RuleRow[]): void;
  whyNot: string | null;
}

/** The rules in their order: each can be moved, changed and removed. */
export function RuleList({ rows, onChange, whyNot }: RuleListProps) {
  const change = (id: number, part: Partial<PolicyRule>) =>
    onChange(rows.map((row) => (row.id === id ? { ...row, rule: { ...row.rule, ...part } } : row)));
  const move = (at: number, to: number) => {
    const next = [...rows];
    next.splice(to, 0, ...next.splice(at, 1));
    onChange(next);
  };
  const add = () =>
    onChange([
      ...rows,
      { id: Math.max(-1, ...rows.map(({ id }) => id)) + 1, rule: { tool: "bash", pattern: "*", action: "ask" } },
    ]);
  const whyNotMove = (at: number, edge: number, word: string) => whyNot ?? (at === edge ? `It is the ${word}.` : null);
  return (
    <>
      {rows.length === 0 && <p className="px-3 py-2 text-ink-soft">None: only the built-in rules below hold.</p>}
      <ol>
        {rows.map(({ id, rule }, at) => (
          <li key={id} aria-label={`Rule ${at + 1}`} className={`${GRID} border-b border-line`}>
            <span className="numbers text-xs text-ink-faint">{at + 1}</span>
            <RuleInputs rule={rule} isOff={whyNot !== null} onChange={(part) => change(id, part)} />
            <span className="flex">
              <RowButton label="Move up" whyNot={whyNotMove(at, 0, "first")} onClick={() => move(at, at - 1)}>
                <ArrowUp />
              </RowButton>
              <RowButton
                label="Move down"
                whyNot={whyNotMove(at, rows.length - 1, "last")}
                onClick={() => move(at, at + 1)}
              >
                <ArrowDown />
              </RowButton>
              <RowButton
                label="Remove the rule"
                whyNot={whyNot}
                onClick={() => onChange(rows.filter((row) => row.id !== id))}
              >
                <X />
              </RowButton>
            </span>
          </li>
        ))}
      </ol>
      <div className="px-3 py-2">
        <Button size="small" icon={<Plus />} whyNot={whyNot} onClick={add}>
          Add a rule
        </Button>
      </div>
    </>
  );
}

interface RuleInputsProps {
  rule: PolicyRule;
  isOff: boolean;
  onChange(part: Partial<PolicyRule>): void;
}

function RuleInputs({ rule, isOff, onChange }: RuleInputsProps) {
  return (
    <>
      <TextInput
        aria-label="Tool"
        className="numbers h-7! text-xs!"
        disabled={isOff}
        value={rule.tool}
        onChange={({ target }) => onChange({ tool: target.value })}
      />
      <TextInput
        aria-label="Pattern"
        className="numbers h-7! text-xs!"
        disabled={isOff}
        value={rule.pattern ?? "*"}
        onChange={({ target }) => onChange({ pattern: target.value })}
      />
      <Select
        aria-label="Action"
        className="h-7! text-xs!"
        disabled={isOff}
        value={rule.action}
        onChange={({ target }) => onChange({ action: target.value as PolicyRule["action"] })}
      >
        {ACTIONS.map((action) => (
          <option key={action}>{action}</option>
        ))}
      </Select>
    </>
  );
}

function RowButton(props: React.ComponentProps<typeof IconButton>) {
  return <IconButton size="small" className="w-6!" {...props} />;
}

/** What comes after the tenant's own rules; nobody changes it. */
export function BuiltIn({ rules }: { rules: readonly PolicyRule[] }) {
  return (
    <Panel title="Built-in rules" note="after the tenant's own; what neither names is denied">
      <ol>
        {rules.map((rule, at) => (
          <li key={`${rule.tool} ${rule.pattern}`} className={`${GRID} border-b border-line last:border-b-0`}>
            <span className="numbers text-xs text-ink-faint">{at + 1}</span>
            <span className="numbers truncate text-xs">{rule.tool}</span>
            <span className="numbers truncate text-xs text-ink-soft" title={rule.pattern}>
              {rule.pattern}
            </span>
            <span>
              <Badge tone={TONES[rule.action]}>{rule.action}</Badge>
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
