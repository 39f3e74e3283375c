import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleX } from "lucide-react";
import { type Checked, nodeQueries } from "@/api/nodes";
import { RelativeTime } from "@/ui/amounts";
import { Badge } from "@/ui/badge";
import { Panel } from "@/ui/panel";
import { Skeleton } from "@/ui/panels";

/** Whether the parts of the platform answer, as this browser found out by asking. */
export function Health() {
  const { data } = useQuery(nodeQueries.health());
  const [first] = data ?? [];
  return (
    <Panel
      title="Health"
      note={
        first && (
          <>
            asked <RelativeTime at={first.at} /> ago
          </>
        )
      }
    >
      {data ? (
        <ul>
          {data.map((part) => (
            <Part key={part.name} part={part} />
          ))}
        </ul>
      ) : (
        <Skeleton rows={3} label="Asking" />
      )}
    </Panel>
  );
}

function Part({ part: { name, told, isWell, problem, answeredInMs } }: { part: Checked }) {
  return (
    <li className="flex min-h-8 items-center gap-3 border-b border-line px-3 py-1 last:border-b-0">
      <span className="w-20 shrink-0 font-medium">{name}</span>
      <Badge tone={isWell ? "good" : "bad"} icon={isWell ? CircleCheck : CircleX}>
        {isWell ? "Answers" : "Does not answer"}
      </Badge>
      <span className="min-w-0 grow truncate text-ink-soft">{problem ?? told}</span>
      <span className="numbers shrink-0 text-xs text-ink-faint">{answeredInMs} ms</span>
    </li>
  );
}
