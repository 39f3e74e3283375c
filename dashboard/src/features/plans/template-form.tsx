import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { ApiError } from "@/api/errors";
import { planQueries, templates } from "@/api/plans";
import { sendingOnce } from "@/lib/once";
import { Dialog } from "@/ui/dialog";
import { LinesField } from "@/ui/fields";
import { FormDialog } from "@/ui/form-dialog";
import { Literal } from "@/ui/literal";
import { Loaded } from "@/ui/panels";
import { toast } from "@/ui/toast";
import { placeOf } from "./told-line";

const EXAMPLE = `name: two-steps
description: Build something, then document it
parameters:
  what: {description: What is built}
tasks:
  - key: build
    prompt: "{{ goal }}: build {{ what }}."
    capabilities: [implementation]
  - key: docs
    prompt: "Describe {{ what }} in README.md."
    depends_on: [build]
    capabilities: [documentation]
`;

interface TemplateFormProps {
  /** None is a new one. */
  name?: string;
  /** It is only read. */
  isFixed?: boolean;
  onClose(): void;
}

/** A template as the text that it is. */
export function TemplateForm({ name, isFixed, onClose }: TemplateFormProps) {
  const read = useQuery({ ...planQueries.template(name ?? ""), enabled: name !== undefined, gcTime: 0 });
  if (name === undefined) return <Edit document={EXAMPLE} etag="" onClose={onClose} />;
  if (read.data && !isFixed) {
    return <Edit name={name} document={read.data.value.document} etag={read.data.etag} onClose={onClose} />;
  }
  return (
    <Dialog isOpen onOpenChange={onClose} title={name}>
      <Loaded query={read} label="the template">
        {({ value }) => <Literal>{value.document}</Literal>}
      </Loaded>
    </Dialog>
  );
}

interface EditProps {
  name?: string;
  document: string;
  etag: string;
  onClose(): void;
}

/** Of what was read when it was opened. The line that the server names is chosen in the text. */
function Edit({ name, onClose, ...read }: EditProps) {
  const [{ document, etag }] = useState(read);
  const [text, setText] = useState(document);
  const [once] = useState(sendingOnce);
  const area = useRef<HTMLTextAreaElement>(null);
  const submit = async () => {
    try {
      const kept = await (name ? templates.change(name, etag, text) : once(text, (key) => templates.add(text, key)));
      toast(`${kept.name} is kept.`);
    } catch (refused) {
      if (refused instanceof ApiError) choose(area.current, placeOf(refused.message, text));
      throw refused;
    }
  };
  return (
    <FormDialog
      title={name ? `Change ${name}` : "New template"}
      description="YAML: a name, parameters, and tasks with {{ places }} for what is filled in."
      submitLabel="Save"
      onSubmit={submit}
      onClose={onClose}
      fieldOfCode={{ template_invalid: "document", template_name_taken: "document" }}
    >
      {(errorAt) => (
        <LinesField
          ref={area}
          label="Text"
          rows={18}
          wrap="off"
          value={text}
          error={errorAt("document")}
          onChange={setText}
        />
      )}
    </FormDialog>
  );
}

function choose(area: HTMLTextAreaElement | null, place: { line: number; from: number; to: number } | null): void {
  if (!area || !place) return;
  area.focus();
  area.setSelectionRange(place.from, place.to);
  const height = Number.parseFloat(getComputedStyle(area).lineHeight) || 0;
  area.scrollTop = Math.max(0, (place.line - 3) * height);
}
