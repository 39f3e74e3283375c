import { useQuery } from "@tanstack/react-query";
import { LayoutTemplate, Plus } from "lucide-react";
import { useState } from "react";
import { planQueries, type Template, templates } from "@/api/plans";
import { unhidden } from "@/lib/hidden";
import { counted } from "@/lib/words";
import { Button } from "@/ui/button";
import { ConfirmDialog, Dialog } from "@/ui/dialog";
import { Loaded } from "@/ui/panels";
import { toast } from "@/ui/toast";
import { TemplateForm } from "./template-form";

type Open = { deed: "list" | "add" } | { deed: "read" | "change" | "remove"; template: Template };

/** The templates of plans: the built-in ones to be read, and the tenant's own to be made, changed and removed. */
export function Templates({ whyNot }: { whyNot: string | null }) {
  const [open, setOpen] = useState<Open | null>(null);
  const back = () => setOpen({ deed: "list" });
  return (
    <>
      <Button icon={<LayoutTemplate />} onClick={back}>
        Templates
      </Button>
      {open?.deed === "list" && <List whyNot={whyNot} onOpen={setOpen} onClose={() => setOpen(null)} />}
      {open?.deed === "add" && <TemplateForm onClose={back} />}
      {(open?.deed === "change" || open?.deed === "read") && (
        <TemplateForm name={open.template.name} isFixed={open.deed === "read"} onClose={back} />
      )}
      {open?.deed === "remove" && <Remove name={open.template.name} onClose={back} />}
    </>
  );
}

interface ListProps {
  whyNot: string | null;
  onOpen(open: Open): void;
  onClose(): void;
}

function List({ whyNot, onOpen, onClose }: ListProps) {
  const all = useQuery(planQueries.templates());
  const add = (
    <Button look="primary" icon={<Plus />} whyNot={whyNot} onClick={() => onOpen({ deed: "add" })}>
      New template
    </Button>
  );
  return (
    <Dialog isOpen onOpenChange={onClose} title="Templates of plans" footer={add}>
      <Loaded query={all} label="the templates">
        {(found) => (
          <ul aria-label="Templates of plans" className="flex flex-col">
            {found.map((template) => (
              <Row key={template.name} template={template} whyNot={whyNot} onOpen={onOpen} />
            ))}
          </ul>
        )}
      </Loaded>
    </Dialog>
  );
}

function Row({ template, whyNot, onOpen }: { template: Template } & Omit<ListProps, "onClose">) {
  const { name, description, tasks, built_in } = template;
  const label = (deed: string) => `${deed} ${name}`;
  return (
    <li className="flex items-center gap-2 border-b border-line py-1.5 last:border-b-0">
      <div className="min-w-0 grow">
        <p className="numbers truncate">{name}</p>
        <p className="text-xs break-words text-ink-soft">
          {unhidden(description)} · {counted(tasks, "task")}
          {built_in && " · built in"}
        </p>
      </div>
      {built_in ? (
        <Button size="small" aria-label={label("Read")} onClick={() => onOpen({ deed: "read", template })}>
          Read
        </Button>
      ) : (
        <>
          <Button
            size="small"
            aria-label={label("Change")}
            whyNot={whyNot}
            onClick={() => onOpen({ deed: "change", template })}
          >
            Change
          </Button>
          <Button
            size="small"
            aria-label={label("Remove")}
            look="danger"
            whyNot={whyNot}
            onClick={() => onOpen({ deed: "remove", template })}
          >
            Remove
          </Button>
        </>
      )}
    </li>
  );
}

function Remove({ name, onClose }: { name: string; onClose(): void }) {
  const remove = async () => {
    await templates.remove(name);
    toast(`${name} is removed.`);
  };
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title={`Remove ${name}`}
      description="Plans that were made of it stay as they are."
      confirmLabel="Remove the template"
      isDangerous
      onConfirm={remove}
    />
  );
}
