import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { type Assignment, type AssignmentArtifact, artifactBytes } from "@/api/external";
import { bytes } from "@/lib/bytes";
import { unhidden, unhiddenName } from "@/lib/hidden";
import { exactly } from "@/lib/money";
import { saveAs } from "@/lib/save";
import { duration, moment, momentOr } from "@/lib/time";
import { turnNumber } from "@/lib/turns";
import { Money } from "@/ui/amounts";
import { AssignmentBadge } from "@/ui/assignment-badge";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Literal, Part } from "@/ui/literal";
import { Mono } from "@/ui/mono";
import { Facts } from "@/ui/panel";
import { Said } from "@/ui/said";
import { SessionLink } from "@/ui/session-link";
import { useDeed } from "@/ui/use-deed";
import { reportOf } from "./report";

/** One piece of work: what is known of it, and apart from that what the agent said. */
export function AssignmentDrawer({ assignment, onClose }: { assignment: Assignment; onClose(): void }) {
  return (
    <Dialog
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      place="right"
      title={`Turn ${turnNumber(assignment.turn)} of a session`}
    >
      <div className="flex flex-col gap-4">
        <Facts facts={factsOf(assignment)} />
        <Reported assignment={assignment} />
        <Files assignment={assignment} />
      </div>
    </Dialog>
  );
}

function factsOf(one: Assignment): [string, ReactNode][] {
  return [
    ["Status", <AssignmentBadge key="status" status={one.status} />],
    ["Reason", one.reason ? unhidden(one.reason) : "–"],
    [
      "Session",
      <SessionLink key="session" id={one.session_id} className="underline">
        {one.session_id.slice(-8)}
      </SessionLink>,
    ],
    ["Type", one.task_type],
    [
      "Attempt",
      <span key="attempt" className="numbers">
        {one.attempt}
      </span>,
    ],
    [
      "Epoch of its lease",
      <span key="epoch" className="numbers">
        {one.lease_epoch}
      </span>,
    ],
    ["Lease ends", momentOr(one.lease_until, "–")],
    ["Stands on", <Mono key="commit" text={one.commit} isBroken />],
    [
      "News of it",
      <span key="events" className="numbers">
        {one.events}
      </span>,
    ],
    ["Given", moment(one.created_at)],
    ["Leased", momentOr(one.leased_at, "not yet")],
    ["Ended", momentOr(one.ended_at, "not yet")],
  ];
}

function Reported({ assignment }: { assignment: Assignment }) {
  const report = reportOf(assignment.reported);
  if (report === null) return null;
  const { summary, error, output, status, milliseconds, tokens, microUsd } = report;
  return (
    <Part title="What it reported: its own word, which decides nothing">
      {summary !== null && <Said text={summary} />}
      {error !== null && <Literal isLong>{error}</Literal>}
      {output !== null && <Literal isLong>{output}</Literal>}
      <Facts
        facts={[
          ["Says it is", status === null ? "–" : unhiddenName(status)],
          ["Says it took", milliseconds === null ? "–" : duration(milliseconds / 1000)],
          ["Says it used", tokens === null ? "–" : `${exactly(tokens)} tokens`],
          ["Says it cost", microUsd === null ? "–" : <Money key="cost" microUsd={microUsd} />],
        ]}
      />
    </Part>
  );
}

function Files({ assignment: { id, artifacts } }: { assignment: Assignment }) {
  if (artifacts.length === 0) return null;
  return (
    <Part title="Files that came with it">
      <ul className="border border-line">
        {artifacts.map((one) => (
          <File key={one.id} assignment={id} artifact={one} />
        ))}
      </ul>
    </Part>
  );
}

function File({ assignment, artifact }: { assignment: string; artifact: AssignmentArtifact }) {
  const [isBusy, run] = useDeed();
  const name = unhiddenName(artifact.name);
  return (
    <li className="flex min-h-9 items-center gap-2 border-b border-line px-2 last:border-b-0">
      <span className="min-w-0 grow truncate" title={`SHA-256 ${artifact.sha256}`}>
        {name}
      </span>
      <span className="numbers shrink-0 text-xs text-ink-faint">{bytes(artifact.bytes)}</span>
      <Button
        size="small"
        icon={<Download />}
        isBusy={isBusy}
        aria-label={`Download ${name}`}
        onClick={() => void run(async () => saveAs(await artifactBytes(assignment, artifact.id), artifact.name))}
      >
        Download
      </Button>
    </li>
  );
}
