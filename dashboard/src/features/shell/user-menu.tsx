import { useRouter } from "@tanstack/react-router";
import { ChevronsUpDown, KeyRound, LogOut, Moon, Sun, User } from "lucide-react";
import { signOut } from "@/api/auth";
import { useMe } from "@/api/me";
import { forgetTab } from "@/lib/kept";
import { setTheme, useTheme } from "@/lib/theme";
import { IconButton } from "@/ui/button";
import { Menu, MenuItem, MenuLabel } from "@/ui/menu";
import { toastError } from "@/ui/toast";
import { useNavOf } from "./use-nav";

export function ThemeButton() {
  const isDark = useTheme() === "dark";
  return (
    <IconButton
      label={isDark ? "Light theme" : "Dark theme"}
      hint="t"
      onClick={() => setTheme(isDark ? "light" : "dark")}
    >
      {isDark ? <Sun /> : <Moon />}
    </IconButton>
  );
}

export function UserMenu() {
  const { principal, is_operator } = useMe();
  const router = useRouter();
  const personal = useNavOf("menu");
  const leave = async () => {
    try {
      await signOut();
    } catch (error) {
      toastError(error);
      return;
    }
    forgetTab();
    window.location.replace("/sign-in");
  };
  const Icon = principal.kind === "key" ? KeyRound : User;
  return (
    <Menu
      trigger={
        <button type="button" className="flex h-8 w-full min-w-40 items-center gap-2 px-2 hover:bg-raised">
          <Icon aria-hidden className="size-3.5 shrink-0 text-ink-faint" />
          <span className="grow truncate text-left">{principal.name}</span>
          <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-ink-faint" />
        </button>
      }
    >
      <MenuLabel>
        {principal.kind === "key" ? "API key" : (principal.email ?? "Signed in")}
        {is_operator && " · operator"}
      </MenuLabel>
      {personal.map(({ to, label, icon: Icon }) => (
        <MenuItem key={to} icon={<Icon aria-hidden />} onSelect={() => void router.navigate({ to })}>
          {label}
        </MenuItem>
      ))}
      <MenuItem icon={<LogOut />} onSelect={() => void leave()}>
        Log out
      </MenuItem>
    </Menu>
  );
}
