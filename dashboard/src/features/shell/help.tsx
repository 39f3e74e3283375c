import { keysForPeople, useDeclaredShortcuts } from "@/lib/keys";
import { Dialog } from "@/ui/dialog";
import { Keys } from "@/ui/keys";

const IN_TABLES = [
  ["j", "Next row"],
  ["k", "Previous row"],
  ["Enter", "Open the row"],
  ["x", "Select the row; with Shift, up to there"],
] as const;

export function Help({ isOpen, onOpenChange }: { isOpen: boolean; onOpenChange(isOpen: boolean): void }) {
  const shortcuts = useDeclaredShortcuts();
  return (
    <Dialog isOpen={isOpen} onOpenChange={onOpenChange} title="Keyboard shortcuts">
      <div className="grid gap-6 sm:grid-cols-2">
        <KeyList
          title="On this page"
          keys={shortcuts.map(({ keys, label }) => [keysForPeople(keys), label] as const)}
        />
        <KeyList title="In a table" keys={IN_TABLES} />
      </div>
    </Dialog>
  );
}

function KeyList({ title, keys }: { title: string; keys: readonly (readonly [string, string])[] }) {
  return (
    <section>
      <h3 className="label-caps mb-1 text-ink-faint">{title}</h3>
      <dl>
        {keys.map(([key, label]) => (
          <div key={key} className="flex min-h-8 items-center gap-3 border-b border-line">
            <dd className="grow">{label}</dd>
            <dt>
              <Keys keys={key} />
            </dt>
          </div>
        ))}
      </dl>
    </section>
  );
}
