import { CirclePause, LogOut, Play } from "lucide-react";
import { useState } from "react";
import { type Desired, type ExternalAgent, external } from "@/api/external";
import { useWhyNot } from "@/api/me";
import { counted } from "@/lib/words";
import { Button } from "@/ui/button";
import { ConfirmDialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";
import { useDeed } from "@/ui/use-deed";

const WISHES = [
  { desired: "continue", label: "Continue", icon: Play, told: "goes on" },
  { desired: "drain", label: "Drain", icon: LogOut, told: "finishes what it has, and gets nothing more" },
  { desired: "pause", label: "Pause", icon: CirclePause, told: "gets nothing for now" },
] as const satisfies { desired: Desired; label: string; icon: unknown; told: string }[];

/** What can be asked of it, and the way to shut it out. */
export function Deeds({ agent }: { agent: ExternalAgent }) {
  const [isAsking, setAsking] = useState(false);
  const [isBusy, run] = useDeed();
  const whyNotRole = useWhyNot("agents:write");
  const whyNot = agent.revoked_at === null ? whyNotRole : "It is revoked, and stays so.";
  const revoke = async () => {
    await external.revoke(agent.id);
    toast(`${agent.name} is revoked.`);
  };
  return (
    <>
      {WISHES.filter(({ desired }) => desired !== agent.desired).map(({ desired, label, icon: Icon, told }) => (
        <Button
          key={desired}
          icon={<Icon />}
          isBusy={isBusy}
          whyNot={whyNot}
          onClick={() => void run(() => external.want(agent.id, desired), `${agent.name} ${told}.`)}
        >
          {label}
        </Button>
      ))}
      <Button look="danger" whyNot={whyNot} onClick={() => setAsking(true)}>
        Revoke…
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onOpenChange={setAsking}
        title={`Revoke ${agent.name}`}
        description="Its tokens and its key open nothing from then on, and what it has goes to others. This cannot be taken back."
        confirmLabel={agent.leases === 0 ? "Revoke it" : `Revoke it, with ${counted(agent.leases, "lease")}`}
        isDangerous
        onConfirm={revoke}
      />
    </>
  );
}
