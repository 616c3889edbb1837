/** A text, or why there is none: the sentence is shown to the user. */
export type ReadResult =
  | { readonly text: string }
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
  /** The version range that the nearest package.json at or above `directory` asks for, `undefined` when it does not name the package. */
  dependency(name: string, directory?: string): string | undefined
}
