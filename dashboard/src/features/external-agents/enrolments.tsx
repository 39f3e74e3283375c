import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type Enrolment, external, externalQueries } from "@/api/external";
import { useWhyNot } from "@/api/me";
import { externalAgentPage } from "@/lib/links";
import { moment, momentOr } from "@/lib/time";
import { RelativeTime, useNow } from "@/ui/amounts";
import { StateBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { type Column, DataTable } from "@/ui/data-table";
import { ConfirmDialog, Dialog } from "@/ui/dialog";
import { Mono } from "@/ui/mono";
import { Facts } from "@/ui/panel";
import { EmptyState, Loaded } from "@/ui/panels";
import { toast } from "@/ui/toast";
import { enrolmentStanding } from "./listing";
import { ENROLMENT_STATES } from "./states";

const COLUMNS: Column<Enrolment>[] = [
  { id: "state", header: "State", width: "8rem", cell: (row) => <EnrolmentState enrolment={row} /> },
  { id: "agent", header: "Agent", width: "minmax(8rem, 1fr)", cell: ({ agent_name }) => agent_name ?? "any new name" },
  {
    id: "can",
    header: "Capabilities",
    width: "minmax(8rem, 2fr)",
    from: 700,
    cell: ({ capabilities }) => <span className="text-xs text-ink-soft">{capabilities?.join(", ") ?? "anything"}</span>,
  },
  {
    id: "by",
    header: "Made by",
    width: "minmax(8rem, 1fr)",
    from: 860,
    cell: ({ created_by }) => <Mono text={created_by} />,
  },
  {
    id: "made",
    header: "Made",
    width: "5rem",
    align: "right",
    cell: ({ created_at }) => <RelativeTime at={created_at} />,
  },
  { id: "joined", header: "Who joined", width: "7rem", from: 640, cell: (row) => <Joined enrolment={row} /> },
];

/** The tokens that were made; none is shown again. */
export function Enrolments({ openId, onOpen }: { openId?: string; onOpen(id: string | undefined): void }) {
  const whyNot = useWhyNot("agents:write");
  const list = useQuery({ ...externalQueries.enrolments(), enabled: whyNot === null });
  if (whyNot !== null) return <EmptyState title="Enrolments are for leads">{whyNot}</EmptyState>;
  const open = list.data?.find(({ id }) => id === openId);
  return (
    <>
      <Loaded query={list} label="enrolments">
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState title="No enrolment yet">A token to join with is made by Let one join.</EmptyState>
          ) : (
            <DataTable
              label="Enrolments"
              rows={rows}
              rowKey={({ id }) => id}
              columns={COLUMNS}
              onOpen={({ id }) => onOpen(id)}
              card={(row) => (
                <span className="flex min-w-0 items-center gap-2">
                  <EnrolmentState enrolment={row} />
                  <span className="min-w-0 grow truncate">{row.agent_name ?? "any new name"}</span>
                  <RelativeTime at={row.created_at} />
                </span>
              )}
            />
          )
        }
      </Loaded>
      {open && <EnrolmentDrawer enrolment={open} onClose={() => onOpen(undefined)} />}
    </>
  );
}

function EnrolmentState({ enrolment }: { enrolment: Enrolment }) {
  return <StateBadge state={ENROLMENT_STATES[enrolmentStanding(enrolment, useNow())]} />;
}

function Joined({ enrolment: { external_agent_id } }: { enrolment: Enrolment }) {
  if (external_agent_id === null) return <span className="text-ink-faint">–</span>;
  return (
    <Link {...externalAgentPage(external_agent_id)} className="numbers text-xs underline">
      {external_agent_id.slice(-8)}
    </Link>
  );
}

function EnrolmentDrawer({ enrolment, onClose }: { enrolment: Enrolment; onClose(): void }) {
  const [isAsking, setAsking] = useState(false);
  const standing = enrolmentStanding(enrolment, useNow());
  const takeBack = async () => {
    await external.takeBack(enrolment.id);
    toast("The enrolment is taken back.");
  };
  return (
    <Dialog
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      place="right"
      title="Enrolment"
      footer={
        <Button
          look="danger"
          whyNot={standing === "open" ? null : "Its token opens nothing any more."}
          onClick={() => setAsking(true)}
        >
          Take back…
        </Button>
      }
    >
      <Facts
        facts={[
          ["State", <EnrolmentState key="state" enrolment={enrolment} />],
          ["Agent", enrolment.agent_name ?? "any new name"],
          ["Capabilities", enrolment.capabilities?.join(", ") ?? "anything"],
          ["Made", moment(enrolment.created_at)],
          ["Made by", <Mono key="by" text={enrolment.created_by} isBroken />],
          ["Ends", moment(enrolment.expires_at)],
          ["Used", momentOr(enrolment.used_at, "–")],
          ["Taken back", momentOr(enrolment.revoked_at, "–")],
          ["Who joined", <Joined key="joined" enrolment={enrolment} />],
        ]}
      />
      <ConfirmDialog
        isOpen={isAsking}
        onOpenChange={setAsking}
        title="Take the enrolment back"
        description="Nobody can join with its token from then on."
        confirmLabel="Take it back"
        isDangerous
        onConfirm={takeBack}
      />
    </Dialog>
  );
}
