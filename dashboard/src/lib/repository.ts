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
