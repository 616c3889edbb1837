import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// In the bundled program there is `__filename`, in a module `import.meta.url`.
const here = dirname(typeof __filename === 'string' ? __filename : fileURLToPath(import.meta.url))
const home = basename(here) === 'dist' ? dirname(here) : dirname(dirname(here))

/** The text of a file of this package, `path` from its root. Throws where the package is not installed whole. */
export function ownFile(path: string): string {
  return readFileSync(join(home, path), 'utf8')
}
