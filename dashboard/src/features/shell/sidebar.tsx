import { Link } from "@tanstack/react-router";
import { Keyboard, Search } from "lucide-react";
import { cx } from "@/lib/cx";
import { keysForPeople } from "@/lib/keys";
import type { NavEntry } from "@/lib/nav";
import { IconButton } from "@/ui/button";
import { Keys } from "@/ui/keys";
import { Mark } from "@/ui/mark";
import { LiveBadge } from "./live-badge";
import { TenantSwitcher } from "./tenant-switcher";
import { useNavOf } from "./use-nav";
import { ThemeButton, UserMenu } from "./user-menu";

interface SidebarProps {
  needsMe: number;
  onSearch(): void;
  onHelp(): void;
}

/** The navigation of whoever has a screen; see PhoneBar for the others. */
export function Sidebar({ needsMe, onSearch, onHelp }: SidebarProps) {
  return (
    <aside aria-label="Navigation" className="hidden w-52 shrink-0 flex-col border-r border-line bg-panel md:flex">
      <div className="flex h-12 shrink-0 items-center gap-2.5 border-b border-line px-4">
        <Mark className="size-5" />
        <span className="label-caps font-medium tracking-widest">Orchestrator</span>
      </div>
      <div className="border-b border-line p-2">
        <TenantSwitcher />
      </div>
      <div className="p-2 pb-0">
        <button
          type="button"
          onClick={onSearch}
          className="flex h-8 w-full items-center gap-2 border border-line-strong px-2 text-ink-faint hover:bg-raised hover:text-ink"
        >
          <Search aria-hidden className="size-3.5" />
          <span className="grow text-left">Search</span>
          <Keys keys={keysForPeople("$mod+k")} />
        </button>
      </div>
      <nav aria-label="Pages" className="flex min-h-0 grow flex-col gap-px overflow-y-auto p-2">
        {useNavOf("pages").map((entry) => (
          <SidebarLink key={entry.to} entry={entry} needsMe={needsMe} />
        ))}
      </nav>
      <div className="flex items-center border-t border-line p-2">
        <LiveBadge />
        <div className="ml-auto flex">
          <IconButton label="Keyboard shortcuts" hint="?" onClick={onHelp}>
            <Keyboard />
          </IconButton>
          <ThemeButton />
        </div>
      </div>
      <div className="border-t border-line p-2">
        <UserMenu />
      </div>
    </aside>
  );
}

function SidebarLink({
  entry: { to, label, icon: Icon, key, hasCount },
  needsMe,
}: {
  entry: NavEntry;
  needsMe: number;
}) {
  const isCounting = hasCount && needsMe > 0;
  return (
    <Link
      to={to}
      className="group relative flex h-8 items-center gap-2.5 px-2 text-ink-soft hover:bg-raised hover:text-ink data-[status=active]:bg-raised data-[status=active]:font-medium data-[status=active]:text-ink"
    >
      <span className="absolute inset-y-0 left-0 hidden w-0.5 bg-accent group-data-[status=active]:block" />
      <Icon aria-hidden className="size-4" />
      <span className="grow">{label}</span>
      {isCounting ? (
        <span className="numbers bg-accent px-1 text-2xs text-on-accent">
          {needsMe}
          <span className="sr-only"> need you</span>
        </span>
      ) : (
        <span aria-hidden className={cx("opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100")}>
          <Keys keys={`g ${key}`} />
        </span>
      )}
    </Link>
  );
}
