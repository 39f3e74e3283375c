/** The entries of the navigation, in their order: a page that exists adds itself here. */
import {
  BookOpenText,
  Bot,
  CircleDollarSign,
  GraduationCap,
  Inbox,
  KeyRound,
  type LucideIcon,
  Network,
  Plus,
  Rows3,
  Server,
  Settings2,
  Store,
} from "lucide-react";
import type { Need } from "./permissions";

export interface NavEntry {
  to: string;
  label: string;
  icon: LucideIcon;
  /** Pressed after `g`. */
  key: string;
  /** Who lacks it, or all of several, sees no entry. */
  need?: Need | readonly Need[];
  /** Of the reader alone: it stands in their menu rather than in the navigation. */
  isPersonal?: boolean;
  /** Shows how many things need the reader. */
  hasCount?: boolean;
}

/** Order: Inbox, Fleet, New session, Plans, Agents, Marketplace, Training, Context, Costs, Nodes, Admin. The first is the page that `/` leads to. */
export const NAV: NavEntry[] = [
  { to: "/inbox", label: "Inbox", icon: Inbox, key: "i", need: "sessions:read", hasCount: true },
  { to: "/fleet", label: "Fleet", icon: Rows3, key: "f", need: "sessions:read" },
  { to: "/new", label: "New session", icon: Plus, key: "n", need: "sessions:write" },
  { to: "/plans", label: "Plans", icon: Network, key: "p", need: "sessions:read" },
  { to: "/agents", label: "Agents", icon: Bot, key: "e", need: "agents:read" },
  { to: "/market", label: "Marketplace", icon: Store, key: "m", need: "market:read" },
  { to: "/training", label: "Training", icon: GraduationCap, key: "r", need: "training:read" },
  { to: "/contexts", label: "Context", icon: BookOpenText, key: "x", need: "contexts:read" },
  { to: "/costs", label: "Costs", icon: CircleDollarSign, key: "c", need: "usage:read" },
  { to: "/nodes", label: "Nodes", icon: Server, key: "o", need: "operator" },
  { to: "/admin", label: "Admin", icon: Settings2, key: "a", need: ["users:read", "operator"] },
  { to: "/keys", label: "Your API keys", icon: KeyRound, key: "k", need: "keys:own", isPersonal: true },
];
