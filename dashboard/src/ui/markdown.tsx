import { type ReactNode, useDeferredValue } from "react";
import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { unhidden } from "@/lib/hidden";

/** Pictures are not loaded from wherever a text says: they become links. Links open beside this page and are told nothing of it. */
const COMPONENTS: Components = {
  a: ({ href, children }) => <Away href={href}>{children}</Away>,
  img: ({ src, alt }) => <Away href={typeof src === "string" ? src : undefined}>{alt || "picture"}</Away>,
};
const PLUGINS = [remarkGfm];

/** Text in Markdown from anybody, an agent above all: HTML in it is shown as text, and no link runs anything. It is read
 * piece by piece between frames and stands there plain until then, so that a screenful of it does not stop the page. */
export function MarkdownText({ text }: { text: string }) {
  const read = useDeferredValue<string | null>(text, null);
  if (read === null) return <div className="break-words whitespace-pre-wrap">{unhidden(text)}</div>;
  return (
    <div className="markdown min-w-0">
      <Markdown remarkPlugins={PLUGINS} components={COMPONENTS}>
        {unhidden(read)}
      </Markdown>
    </div>
  );
}

function Away({ href, children }: { href?: string; children?: ReactNode }) {
  if (!href) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noreferrer noopener" className="text-accent-ink underline">
      {children}
    </a>
  );
}
