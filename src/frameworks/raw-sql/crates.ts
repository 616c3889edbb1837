import type { DialectName } from '../../ir/names.ts'
import type { Project } from '../../project/project.ts'

/** `sqlx = { … }`, or a section of its own up to the next one. A list of features is all that matters in it. */
const dependency = /^[ \t]*(sqlx|diesel)[ \t]*=[ \t]*\{([^}]*)\}|^\[[\w.-]*dependencies\.(sqlx|diesel)\]([^[]*(?:\[[^\]]*\])?)/gm
const engines: Readonly<Record<string, DialectName>> = { postgres: 'postgres', mysql: 'mysql', sqlite: 'sqlite' }

/** The only engine that the features of sqlx or diesel name, in the nearest Cargo.toml at or above the folder that names one. */
export function dialectByCrate(project: Project, folder: string): { readonly dialect: DialectName; readonly because: string } | undefined {
  for (let at = folder; ; at = at.slice(0, Math.max(at.lastIndexOf('/'), 0))) {
    const path = at === '' ? 'Cargo.toml' : `${at}/Cargo.toml`
    const file = project.read(path)
    const found = 'text' in file ? enginesIn(file.text) : new Map<DialectName, string>()
    for (const [dialect, crate] of found)
      return found.size === 1 ? { dialect, because: `${path} takes ${crate} for ${dialect}` } : undefined
    if (at === '') return undefined
  }
}

function enginesIn(manifest: string): Map<DialectName, string> {
  const found = new Map<DialectName, string>()
  for (const [, inline, table, section, body] of manifest.matchAll(dependency)) {
    const features = /\bfeatures\s*=\s*\[([^\]]*)\]/.exec(table ?? body ?? '')?.[1] ?? ''
    for (const [, word] of features.matchAll(/"(postgres|mysql|sqlite)(?=["_-])/g)) found.set(engines[word!]!, (inline ?? section)!)
  }
  return found
}
