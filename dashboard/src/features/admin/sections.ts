/** The parts of the administration, in the order of their links, and what it takes to see each. */
import { type Need, type Standing, whyNot } from "@/lib/permissions";

export const SECTIONS = [
  { name: "members", label: "Members", need: "users:read" },
  { name: "keys", label: "API keys", need: "keys:read" },
  { name: "quotas", label: "Quotas", need: "users:read" },
  { name: "providers", label: "Providers", need: "providers:read" },
  { name: "models", label: "Models", need: "providers:read" },
  { name: "policy", label: "Approval policy", need: "users:read" },
  { name: "network", label: "Network", need: "users:read" },
  { name: "git", label: "Git credentials", need: "git_credentials:read" },
  { name: "audit", label: "Audit log", need: "audit:read" },
  { name: "tenants", label: "Tenants", need: "operator" },
] as const satisfies { name: string; label: string; need: Need }[];

export type SectionName = (typeof SECTIONS)[number]["name"];

export function sectionsFor(me: Standing) {
  return SECTIONS.filter(({ need }) => whyNot(me, need) === null);
}
