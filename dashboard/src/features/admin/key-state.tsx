import { Ban, CircleCheck, Clock } from "lucide-react";
import type { ApiKey } from "@/api/admin";
import { useNow } from "@/ui/amounts";
import { type State, StateBadge } from "@/ui/badge";

const STATES = {
  works: { label: "Works", tone: "good", icon: CircleCheck },
  expired: { label: "Expired", tone: "muted", icon: Clock },
  revoked: { label: "Revoked", tone: "bad", icon: Ban },
} satisfies Record<string, State>;

export function KeyState({ apiKey: { revoked_at, expires_at } }: { apiKey: ApiKey }) {
  const isExpired = useNow() >= Date.parse(expires_at ?? "");
  return <StateBadge state={STATES[revoked_at ? "revoked" : isExpired ? "expired" : "works"]} />;
}
