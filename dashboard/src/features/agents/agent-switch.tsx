import { useState } from "react";
import { type Agent, switchAgent } from "@/api/agents";
import { useWhyNot } from "@/api/me";
import { Switch } from "@/ui/switch";
import { toast, toastError } from "@/ui/toast";

/** Switched off it is given no new work; what it has under way goes on. */
export function AgentSwitch({ agent: { id, name, enabled } }: { agent: Agent }) {
  const [isBusy, setBusy] = useState(false);
  const change = async (isOn: boolean) => {
    setBusy(true);
    try {
      await switchAgent(id, isOn);
      toast(isOn ? `${name} takes work again.` : `${name} gets no new work; its sessions go on.`);
    } catch (error) {
      toastError(error);
    } finally {
      setBusy(false);
    }
  };
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
