import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { act, NODES, type Node } from "@/api/nodes";
import { moment } from "@/lib/time";
import { counted } from "@/lib/words";
import { RelativeTime } from "@/ui/amounts";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy-button";
import { ConfirmDialog, Dialog } from "@/ui/dialog";
import { Facts } from "@/ui/panel";
import { toast } from "@/ui/toast";
import { Slots } from "./slots";
import { Disk, NodeState, Version } from "./table";

/** All that is known of a node, and what can be done with it. */
export function NodeDrawer({ node, onClose }: { node: Node; onClose(): void }) {
  const [isAsking, setAsking] = useState(false);
  const client = useQueryClient();
  const deed = node.draining_since ? "undrain" : "drain";
  const run = async () => {
    await act(deed, node.id);
    await client.invalidateQueries({ queryKey: NODES });
    toast(deed === "drain" ? `${node.hostname} is drained.` : `${node.hostname} takes sessions again.`);
  };
  return (
    <Dialog
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      place="right"
      title={node.hostname}
      footer={
        <Button
          look={deed === "drain" ? "danger" : "primary"}
          whyNot={
            node.state === "dead"
              ? "It is dead: its sessions go on elsewhere, and it joins anew when its worker is started."
              : null
          }
          onClick={() => setAsking(true)}
        >
          {deed === "drain" ? "Drain…" : "Take sessions again…"}
        </Button>
      }
    >
      <Facts facts={factsOf(node)} />
      <ConfirmDialog
        isOpen={isAsking}
        onOpenChange={setAsking}
        title={deed === "drain" ? `Drain ${node.hostname}` : `Let ${node.hostname} take sessions again`}
        description={
          deed === "drain"
            ? "It is given no more sessions. Those it has are stopped at a checkpoint and go on at other nodes; with no other node they wait in the queue."
            : "Admission gives it sessions from now on."
        }
        confirmLabel={
          deed === "drain"
            ? node.sessions === 0
              ? "Drain"
              : `Drain, moving ${counted(node.sessions, "session")}`
            : "Take sessions again"
        }
        isDangerous={deed === "drain"}
        onConfirm={run}
      />
    </Dialog>
  );
}

function factsOf(node: Node): [string, React.ReactNode][] {
  return [
    ["State", <NodeState key="state" node={node} />],
    ["Slots", <Slots key="slots" node={node} />],
    ["Runtimes", <span key="runtimes" className="numbers">{`${node.runtimes} opencode serve`}</span>],
    ["Disk", <Disk key="disk" node={node} />],
    ["Sandbox", node.sandbox],
    ["Orchestrator", <Version key="version" version={node.version} />],
    ["OpenCode", <Version key="opencode" version={node.opencode_version} />],
    [
      "Heartbeat",
      <span key="heartbeat">
        <RelativeTime at={node.heartbeat_at} /> ago
      </span>,
    ],
    ["Started", moment(node.started_at)],
    ["Draining since", node.draining_since ? moment(node.draining_since) : "–"],
    ["Dead since", node.died_at ? moment(node.died_at) : "–"],
    [
      "Incarnation",
      <span key="incarnation" className="numbers">
        {node.incarnation}
      </span>,
    ],
    [
      "Id",
      <span key="id" className="numbers flex items-center gap-1 text-xs">
        {node.id} <CopyButton text={node.id} label="Copy the id" />
      </span>,
    ],
  ];
}
