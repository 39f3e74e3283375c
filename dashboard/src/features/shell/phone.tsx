import { Link, useLocation } from "@tanstack/react-router";
import { Menu as MenuIcon, Search } from "lucide-react";
import { useEffect, useState } from "react";
import { IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Mark } from "@/ui/mark";
import { LiveBadge } from "./live-badge";
import { TenantSwitcher } from "./tenant-switcher";
import { useNavOf } from "./use-nav";
import { ThemeButton, UserMenu } from "./user-menu";

/** As many as fit side by side under a thumb; the drawer has all. */
const IN_BAR = 5;

export function PhoneTop({ onSearch }: { onSearch(): void }) {
  const [isOpen, setOpen] = useState(false);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: whichever way leads to another page, it is to be seen.
  useEffect(() => setOpen(false), [pathname]);
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-b border-line bg-panel px-2 md:hidden">
      <IconButton label="Menu" onClick={() => setOpen(true)}>
        <MenuIcon />
      </IconButton>
      <Mark className="size-4" />
      <span className="label-caps grow font-medium tracking-widest">Orchestrator</span>
      <LiveBadge />
      <IconButton label="Search" onClick={onSearch}>
        <Search />
      </IconButton>
      <Dialog isOpen={isOpen} onOpenChange={setOpen} title="Menu" place="left">
        <div className="flex flex-col gap-4">
          <TenantSwitcher />
          <nav aria-label="All pages" className="flex flex-col">
            {useNavOf("pages").map(({ to, label, icon: Icon }) => (
              <Link
                key={to}
                to={to}
                onClick={() => setOpen(false)}
                className="flex h-11 items-center gap-3 border-b border-line text-base"
              >
                <Icon aria-hidden className="size-4" /> {label}
              </Link>
            ))}
          </nav>
          <div className="flex items-center justify-between">
            <UserMenu />
            <ThemeButton />
          </div>
        </div>
      </Dialog>
    </header>
  );
}

export function PhoneBar({ needsMe }: { needsMe: number }) {
  return (
    <nav
      aria-label="Pages"
      className="flex shrink-0 border-t border-line bg-panel pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {useNavOf("pages")
        .slice(0, IN_BAR)
        .map(({ to, label, icon: Icon, hasCount }) => (
          <Link
            key={to}
            to={to}
            className="relative flex h-13 grow basis-0 flex-col items-center justify-center gap-0.5 border-t-2 border-transparent text-2xs text-ink-soft data-[status=active]:border-accent data-[status=active]:text-ink"
          >
            <Icon aria-hidden className="size-5" />
            {label}
            {hasCount && needsMe > 0 && (
              <span className="numbers absolute top-1 left-1/2 ml-2 bg-accent px-1 text-2xs leading-3.5 text-on-accent">
                {needsMe}
                <span className="sr-only"> need you</span>
              </span>
            )}
          </Link>
        ))}
    </nav>
  );
}
