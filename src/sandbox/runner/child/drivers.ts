import { createRequire, Module } from 'node:module'
import { dirname } from 'node:path'
import type { Job } from '../protocol.ts'

/** A package, and whether the ORM finds it by itself. */
interface Loaded {
  readonly exports: unknown
  readonly found: boolean
}

/** A package as the ORM (`beside`) would load it, else as the migration would, else the one that the parent found. Throws when nobody has it. */
export function loadDriver(name: string, job: Job, beside: string): Loaded {
  for (const from of [beside, job.file]) {
    try {
      return { exports: createRequire(from)(name), found: from === beside }
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  const entry = job.drivers[name]
  if (entry === undefined) throw new Error(`the driver ${name} is not installed: npm i ${name}`)
  return { exports: createRequire(entry)(entry), found: false }
}

/** Whoever asks for a package that is installed `beside` gets this in its place: TypeORM 0.2 takes the driver mysql where it finds it, which can be led nowhere. */
export function standIn(name: string, exports: unknown, beside: string): void {
  const require = createRequire(beside)
  try {
    const path = require.resolve(name)
    require.cache[path] = Object.assign(new Module(path), { exports, filename: path, loaded: true })
  } catch {
    // It is not installed, and so nobody takes it.
  }
}

/** Loads packages while nobody waits for them. That one cannot be loaded is for the run to say which needs it. */
export function loadAhead(from: string, packages: readonly string[]): void {
  for (const name of packages) {
    try {
      createRequire(from)(name)
    } catch {}
  }
}

/** Where a package of the project is; undefined: it has none. */
export function resolvePackage(name: string, job: Job): string | undefined {
  try {
    return createRequire(job.file).resolve(name)
  } catch {
    return undefined
  }
}

/** The version in the package.json above a file of the package. */
export function versionOf(entry: string): string {
  const require = createRequire(entry)
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const { name, version } = require(`${folder}/package.json`) as { readonly name?: unknown; readonly version?: unknown }
      if (name !== undefined && version !== undefined) return String(version)
    } catch {
      // Further up.
    }
  }
  return 'unknown'
}
