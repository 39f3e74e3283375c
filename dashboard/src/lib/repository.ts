/** "shop" of "git@host:ada/shop.git" and of "/home/ada/shop". */
export function repositoryName(repository: string): string {
  return (
    repository
      .replace(/\.git$/, "")
      .split(/[/:]/)
      .filter(Boolean)
      .at(-1) ?? repository
  );
}

/** A path and no address of a remote. */
export function isOnThisMachine(repository: string): boolean {
  return /^(\/|[A-Za-z]:[\\/])/.test(repository);
}
