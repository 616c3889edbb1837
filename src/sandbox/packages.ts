import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** A package that is installed: its folder, its version, and how to load one of its entry points (`pg`, `@electric-sql/pglite/contrib/citext`). */
export interface FoundPackage {
  readonly name: string
  readonly folder: string
  readonly version: string
  /** Loads an entry point by `require`. What it gives is foreign: the caller says once what it takes it for. */
  load(entry?: string): unknown
  /** The file that an entry point is. */
  resolve(entry?: string): string
}

// In the bundled command there is `__filename`, in a module `import.meta.url`.
const here = typeof __filename === 'string' ? __filename : import.meta.url

/**
 * The package `name` as the project at `root` would load it, else as this program would; undefined when neither has it. Engines and drivers are
 * optional: whoever needs one says which command installs it.
 */
export function findPackage(root: string, name: string): FoundPackage | undefined {
  for (const from of [join(root, 'package.json'), here]) {
    const require = createRequire(from)
    try {
      const folder = folderOf(require.resolve(name), name)
      if (folder === undefined) continue
      const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version?: unknown }
      return {
        name,
        folder,
        version: typeof version === 'string' ? version : 'unknown',
        load: (entry = name) => require(entry),
        resolve: (entry = name) => require.resolve(entry),
      }
    } catch {
      // Not there, or without an entry point that this Node can load: the next place is asked.
    }
  }
  return undefined
}

/** The folder above `file` whose package.json has this name: `exports` may hide the package.json itself. */
function folderOf(file: string, name: string): string | undefined {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json')
    if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: unknown }).name === name) return folder
  }
  return undefined
}
