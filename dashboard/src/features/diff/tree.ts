/** The changed files as a tree of folders, written out row by row. */
import type { components } from "@/api/schema";

export type ChangedFile = components["schemas"]["ChangedFile"];

export type TreeRow =
  | { kind: "folder"; path: string; name: string; depth: number; files: number; isOpen: boolean }
  | { kind: "file"; path: string; name: string; depth: number; file: ChangedFile };

interface Folder {
  folders: Map<string, Folder>;
  files: { name: string; file: ChangedFile }[];
}

/** Folders that hold nothing but one folder stand in one row with it. */
export function treeOf(files: readonly ChangedFile[], closed: ReadonlySet<string>): TreeRow[] {
  const root: Folder = { folders: new Map(), files: [] };
  for (const file of files) {
    const parts = file.path.split("/");
    const name = parts.pop() ?? file.path;
    parts.reduce(folderIn, root).files.push({ name, file });
  }
  const rows: TreeRow[] = [];
  writeOut(root, "", 0, closed, rows);
  return rows;
}

function folderIn(parent: Folder, name: string): Folder {
  const known = parent.folders.get(name) ?? { folders: new Map(), files: [] };
  parent.folders.set(name, known);
  return known;
}

function writeOut(folder: Folder, path: string, depth: number, closed: ReadonlySet<string>, rows: TreeRow[]): void {
  for (const [first, inner] of [...folder.folders].sort(byName)) {
    let name = first;
    let last = inner;
    while (last.files.length === 0 && last.folders.size === 1) {
      const [[next, below]] = [...last.folders] as [[string, Folder]];
      name = `${name}/${next}`;
      last = below;
    }
    const own = path ? `${path}/${name}` : name;
    const isOpen = !closed.has(own);
    rows.push({ kind: "folder", path: own, name, depth, files: countOf(last), isOpen });
    if (isOpen) writeOut(last, own, depth + 1, closed, rows);
  }
  for (const { name, file } of [...folder.files].sort((one, other) => compare(one.name, other.name))) {
    rows.push({ kind: "file", path: file.path, name, depth, file });
  }
}

function countOf(folder: Folder): number {
  return [...folder.folders.values()].reduce((sum, one) => sum + countOf(one), folder.files.length);
}

function byName([one]: [string, Folder], [other]: [string, Folder]): number {
  return compare(one, other);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Every word of the filter stands somewhere in the path. */
export function matchesFilter(file: ChangedFile, filter: string): boolean {
  const path = `${file.path} ${file.old_path ?? ""}`.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => path.includes(word));
}
