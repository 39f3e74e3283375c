/** What the browser keeps of a review: comments that are not sent yet, for the tab; files that were looked at, for good. */
import { useCallback } from "react";
import { useKept } from "@/lib/kept";
import type { Range } from "./patch-lines";
import type { ChangedFile } from "./tree";

export interface Draft extends Range {
  id: string;
  path: string;
  body: string;
}

export interface Review {
  text: string;
  comments: Draft[];
}

const NOTHING_SAID: Review = { text: "", comments: [] };

function isReview(value: unknown): value is Review {
  const review = value as Review;
  return typeof review?.text === "string" && Array.isArray(review.comments) && review.comments.every(isDraft);
}

function isDraft(value: unknown): value is Draft {
  const { id, path, body, side, line, endLine } = (value ?? {}) as Draft;
  const isPlace = (side === "old" || side === "new") && Number.isInteger(line) && Number.isInteger(endLine);
  return isPlace && [id, path, body].every((text) => typeof text === "string");
}

export interface Drafts extends Review {
  setText(text: string): void;
  put(draft: Draft): void;
  remove(id: string): void;
  clear(): void;
}

/** The review that is being written. */
export function useDrafts(sessionId: string): Drafts {
  const [review, change] = useKept({
    where: "tab",
    name: `review ${sessionId}`,
    empty: NOTHING_SAID,
    isValid: isReview,
  });
  const setText = useCallback((text: string) => change((now) => ({ ...now, text })), [change]);
  const put = useCallback(
    (draft: Draft) =>
      change(({ text, comments }) => ({
        text,
        comments: comments.some(({ id }) => id === draft.id)
          ? comments.map((one) => (one.id === draft.id ? draft : one))
          : [...comments, draft],
      })),
    [change],
  );
  const remove = useCallback(
    (id: string) => change((now) => ({ ...now, comments: now.comments.filter((one) => one.id !== id) })),
    [change],
  );
  const clear = useCallback(() => change(() => NOTHING_SAID), [change]);
  return { ...review, setText, put, remove, clear };
}

/** Path and version of each file that was looked at: one that changed since then is to be looked at again. */
type Marks = Record<string, string>;
const NO_MARKS: Marks = {};

function isMarks(value: unknown): value is Marks {
  return typeof value === "object" && value !== null && Object.values(value).every((one) => typeof one === "string");
}

export interface Viewed {
  has(file: ChangedFile): boolean;
  toggle(file: ChangedFile): void;
}

export function useViewed(sessionId: string): Viewed {
  const [marks, change] = useKept({ where: "browser", name: `viewed ${sessionId}`, empty: NO_MARKS, isValid: isMarks });
  const has = useCallback((file: ChangedFile) => marks[file.path] === file.version, [marks]);
  const toggle = useCallback(
    (file: ChangedFile) =>
      change(({ [file.path]: before, ...others }) =>
        before === file.version ? others : { ...others, [file.path]: file.version },
      ),
    [change],
  );
  return { has, toggle };
}
