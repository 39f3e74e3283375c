import { type Agent, switchAgent } from "@/api/agents";
import { useWhyNot } from "@/api/me";
import { Switch } from "@/ui/switch";
import { useDeed } from "@/ui/use-deed";

/** Switched off it is given no new work; what it has under way goes on. */
export function AgentSwitch({ agent: { id, name, enabled } }: { agent: Pick<Agent, "id" | "name" | "enabled"> }) {
  const [isBusy, run] = useDeed();
  const change = (isOn: boolean) =>
    run(
      () => switchAgent(id, isOn),
      isOn ? `${name} takes work again.` : `${name} gets no new work; its sessions go on.`,
    );
  return (
    <Switch
      label={`${name} takes work`}
      isOn={enabled}
      isBusy={isBusy}
      whyNot={useWhyNot("agents:write")}
      onChange={(isOn) => void change(isOn)}
    />
  );
}
