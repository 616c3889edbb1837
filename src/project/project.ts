/**
 * A text without its byte order mark, so that offset 0 is the first character an editor shows; or why there is none, for the user. A text
 * with bytes that are not UTF-8 has U+FFFD in their place, and `flaw` says where the first of them stands (in UTF-16 units).
 */
export type ReadResult =
  | { readonly text: string; readonly flaw?: { readonly offset: number; readonly message: string } }
  | { readonly error: string; readonly because: 'missing' | 'unreadable' | 'encoding' | 'directory' | 'too-large' }

/**
 * The files that a run looks at: a directory on disk, a git index, a git ref, texts in memory. Paths are relative to the project's
 * root, with `/`. Reading is synchronous and never throws.
 */
export interface Project {
  /** The root as an absolute path, for messages only. */
  readonly root: string
  read(path: string): ReadResult
  exists(path: string): boolean
  /** Paths that match any of the patterns (fast-glob syntax), sorted; `node_modules`, `.git`, build output and symlink loops are not entered. */
  glob(patterns: readonly string[], ignore?: readonly string[]): readonly string[]
  /** The version range that the nearest package.json at or above `directory` that names the package asks for; `undefined` when none does. */
  dependency(name: string, directory?: string): string | undefined
  /** Folders that could not be listed so far, with a sentence why: what lies in them is not judged. Absent: cannot happen here. */
  unreadable?(): readonly { readonly path: string; readonly error: string }[]
}
