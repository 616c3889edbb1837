const ignoredFolders = new Set(['node_modules', '.git', 'dist', 'build', 'coverage', '.next', 'vendor'])

/** Is this a folder that holds no migrations of the user's: dependencies, build output, git's own? */
export function isIgnoredFolder(name: string): boolean {
  return ignoredFolders.has(name)
}

/** Does the path lead through such a folder below `base`? Naming the folder itself in a pattern overrides. */
export function inIgnoredFolder(path: string, base: string): boolean {
  const rest = base === '' ? path : path.slice(base.length + 1)
  if (!/(?:^|\/)(?:node_modules|\.git|dist|build|coverage|\.next|vendor)\//.test(rest)) return false
  return true
}
