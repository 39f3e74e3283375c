import { ArrowDown, ArrowUp, Download, FileText, Search, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { saveTranscript } from "@/api/transcript";
import { useShortcuts } from "@/lib/keys";
import { Button, IconButton } from "@/ui/button";
import { TextInput } from "@/ui/field";
import { Menu, MenuItem } from "@/ui/menu";
import { toastError } from "@/ui/toast";
import type { Hits } from "./hits";

const TYPING_MS = 300;

/** Finds words in the whole transcript, which the browser cannot: most of it is not in the page. */
export function SearchBar({
  sessionId,
  words,
  hits,
  onSearch,
}: {
  sessionId: string;
  words: string;
  hits: Hits;
  onSearch(words: string): void;
}) {
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(words);
  const asked = useRef(words);
  // What comes back of one's own typing is older than what stands in the field.
  useEffect(() => {
    if (words !== asked.current) setTyped(words);
    asked.current = words;
  }, [words]);
  useEffect(() => {
    const next = typed.trim();
    if (next === asked.current) return;
    const timer = setTimeout(() => {
      asked.current = next;
      onSearch(next);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, onSearch]);
  useShortcuts([
    { keys: "/", label: "Search the transcript", run: () => field.current?.focus() },
    { keys: "n", label: "Next hit", run: hits.next },
    { keys: "Shift+N", label: "Previous hit", run: hits.previous },
  ]);
  return (
    <search className="flex shrink-0 flex-wrap items-center gap-1 border-b border-line px-3 py-1">
      <Search aria-hidden className="size-3.5 text-ink-faint" />
      <TextInput
        ref={field}
        type="search"
        aria-label="Search the transcript"
        placeholder="Search the transcript"
        className="h-7! w-56! border-transparent!"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") (event.shiftKey ? hits.previous : hits.next)();
          if (event.key === "Escape") setTyped("");
        }}
      />
      {words && (
        <>
          <span role="status" className="numbers text-xs text-ink-soft">
            {hits.told}
          </span>
          <IconButton label="Previous hit" hint="Shift+N" size="small" onClick={hits.previous}>
            <ArrowUp />
          </IconButton>
          <IconButton label="Next hit" hint="n" size="small" onClick={hits.next}>
            <ArrowDown />
          </IconButton>
          <IconButton label="End the search" size="small" onClick={() => setTyped("")}>
            <X />
          </IconButton>
        </>
      )}
      <span className="grow" />
      <Menu
        trigger={
          <Button size="small" look="quiet" icon={<Download />}>
            Download
          </Button>
        }
      >
        <MenuItem icon={<FileText />} onSelect={() => void saveTranscript(sessionId, "text").catch(toastError)}>
          Text, to be read
        </MenuItem>
        <MenuItem icon={<FileText />} onSelect={() => void saveTranscript(sessionId, "jsonl").catch(toastError)}>
          JSONL, one part a line
        </MenuItem>
      </Menu>
    </search>
  );
}
