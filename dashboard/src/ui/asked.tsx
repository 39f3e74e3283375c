import type { Approval } from "@/api/approvals";
import { unhidden } from "@/lib/hidden";
import { Literal, Part } from "./literal";

/** An agent repeats itself: that cannot be allowed for good. */
const REPEATED = "doom_loop";

export function canBeRemembered({ tool }: Approval): boolean {
  return tool !== REPEATED;
}

/** Everything that a permission would allow, as the agent asked for it. */
export function AskedFor({ approval }: { approval: Approval }) {
  const { patterns, always, detail } = approval;
  const covered = [...new Set([...always, ...patterns])];
  return (
    <>
      <Part title="On">
        <Literal isLong>{patterns.join("\n") || "–"}</Literal>
      </Part>
      {Object.entries(detail)
        .filter(([, value]) => value !== null && value !== "")
        .filter(([, value]) => typeof value !== "string" || !patterns.includes(value))
        .map(([name, value]) => (
          <Part key={name} title={name}>
            <Literal isLong>{typeof value === "string" ? value : JSON.stringify(value, null, 2)}</Literal>
          </Part>
        ))}
      {canBeRemembered(approval) && (
        <p className="text-xs text-ink-faint">
          For this session means everything like <span className="numbers">{unhidden(covered.join(", "))}</span>, until
          it ends.
        </p>
      )}
    </>
  );
}
