import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { ArrowRight, Zap } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type ReactNode, useDeferredValue, useState } from "react";
import { queries } from "@/api/queries";
import { useDeclaredCommands } from "@/lib/commands";
import { unhiddenName } from "@/lib/hidden";
import { sessionPath } from "@/lib/links";
import { setTheme, theme } from "@/lib/theme";
import { StatusBadge } from "@/ui/badge";
import { Keys } from "@/ui/keys";
import { useNav } from "./use-nav";

const ITEM =
  "flex min-h-9 items-center gap-2.5 px-3 py-1 data-[disabled=true]:text-ink-faint data-[selected=true]:bg-accent-wash " +
  "[&>svg]:size-3.5 [&>svg]:shrink-0";

/** Pages, deeds and sessions, by typing a part of their names. */
export default function Palette({ onClose }: { onClose(): void }) {
  const [typed, setTyped] = useState("");
  const navigate = useNavigate();
  const pages = useNav();
  const commands = useDeclaredCommands();
  const sessions = useQuery(queries.sessionSearch(useDeferredValue(typed.trim())));
  const run = (deed: () => void) => () => {
    onClose();
    deed();
  };
  return (
    <Radix.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-[#000a]" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed top-[12vh] left-1/2 z-50 w-[min(40rem,calc(100vw-1rem))] -translate-x-1/2 border border-line-strong bg-panel"
        >
          <Radix.Title className="sr-only">Search</Radix.Title>
          <Command label="Search" loop>
            <Command.Input
              value={typed}
              onValueChange={setTyped}
              placeholder="Go to a page or session, or do something…"
              className="h-11 w-full border-b border-line bg-transparent px-3 text-base outline-none placeholder:text-ink-faint"
            />
            <Command.List className="max-h-[50vh] overflow-y-auto py-1">
              <Command.Empty className="p-4 text-center text-ink-faint">
                {sessions.isFetching ? "Searching…" : "Nothing has that in its name."}
              </Command.Empty>
              <Group heading="Pages">
                {pages.map(({ to, label, icon: Icon, key }) => (
                  <Command.Item
                    key={to}
                    value={`page ${label}`}
                    className={ITEM}
                    onSelect={run(() => void navigate({ to }))}
                  >
                    <Icon aria-hidden />
                    <span className="grow">{label}</span>
                    <Keys keys={`g ${key}`} />
                  </Command.Item>
                ))}
              </Group>
              <Group heading="Actions">
                {commands.map((command) => (
                  <Command.Item
                    key={command.id}
                    value={`action ${command.label}`}
                    disabled={Boolean(command.whyNot)}
                    className={ITEM}
                    onSelect={run(command.run)}
                  >
                    <Zap aria-hidden />
                    <span className="grow">
                      {command.label}
                      {command.whyNot && <span className="block text-2xs">{command.whyNot}</span>}
                    </span>
                  </Command.Item>
                ))}
                <Command.Item
                  value="action Switch between dark and light theme"
                  className={ITEM}
                  onSelect={run(() => setTheme(theme() === "dark" ? "light" : "dark"))}
                >
                  <Zap aria-hidden />
                  <span className="grow">Switch between dark and light</span>
                  <Keys keys="t" />
                </Command.Item>
              </Group>
              <Group heading="Sessions">
                {sessions.data?.map(({ id, title, status }) => (
                  <Command.Item
                    key={id}
                    value={`session ${title} ${id}`}
                    forceMount
                    className={ITEM}
                    onSelect={run(() => void navigate({ to: sessionPath(id) as string }))}
                  >
                    <ArrowRight aria-hidden />
                    <span className="min-w-0 grow truncate">{unhiddenName(title)}</span>
                    <StatusBadge status={status} />
                  </Command.Item>
                ))}
              </Group>
            </Command.List>
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:label-caps [&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-ink-faint"
    >
      {children}
    </Command.Group>
  );
}
