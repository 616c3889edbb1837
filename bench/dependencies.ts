import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

export interface Installed {
  readonly name: string
  readonly version: string
  readonly licence: string
  readonly bytes: number
}

interface Manifest {
  readonly version: string
  readonly license?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** What `npm install` of the package brings along on this platform: its dependencies and theirs, as they lie in node_modules. */
export function installed(root: string): readonly Installed[] {
  const found = new Map<string, Installed>()
  const pending = Object.keys(manifestOf(root).dependencies ?? {})
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const folder = join(root, 'node_modules', name)
    if (found.has(name) || !existsSync(folder)) continue
    const { version, license, dependencies, optionalDependencies } = manifestOf(folder)
    found.set(name, { name, version, licence: license ?? 'not said', bytes: sizeOf(folder) })
    pending.push(...Object.keys(dependencies ?? {}), ...Object.keys(optionalDependencies ?? {}))
  }
  return [...found.values()].sort((a, b) => b.bytes - a.bytes)
}

function manifestOf(folder: string): Manifest {
  // A package.json that npm has installed has these members.
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}

/** The bytes of the files below a folder, but for those that were made there since. */
export function sizeOf(folder: string, made?: RegExp): number {
  let bytes = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && !made?.test(entry.name)) bytes += statSync(join(entry.parentPath, entry.name)).size
  }
  return bytes
}
