import type { DialectName } from '../../ir/names.ts'
import type { Project } from '../../project/project.ts'
import { environmentValue } from '../environment.ts'
import { engineOfWord } from '../sql-dialect.ts'

interface Told {
  readonly dialect: DialectName
  readonly because: string
}

const images: ReadonlyMap<string, DialectName> = new Map([
  ['postgres', 'postgres'],
  ['postgis', 'postgres'],
  ['mysql', 'mysql'],
  ['mariadb', 'mariadb'],
])
const composed = ['docker-compose.yml', 'docker-compose.yaml', 'compose.yml', 'compose.yaml']

/**
 * The engine of the project's DATABASE_URL, which dbmate and others read from `.env` as well, else the only one that a compose file beside the
 * folder or above it starts.
 */
export function dialectBySurroundings(project: Project, folder: string): Told | undefined {
  const url = environmentValue(project, folder, 'DATABASE_URL')
  const engine = url && engineOfWord(url.value)
  if (!engine) return dialectByImage(project, folder)
  return 'dialect' in engine ? { ...engine, because: `DATABASE_URL in ${url.file} is an address of ${url.value}` } : undefined
}

function dialectByImage(project: Project, folder: string): Told | undefined {
  for (let at = folder; ; at = at.slice(0, Math.max(at.lastIndexOf('/'), 0))) {
    for (const path of composed.map((name) => (at === '' ? name : `${at}/${name}`))) {
      const file = project.read(path)
      if (!('text' in file)) continue
      const named = new Map<DialectName, string>()
      for (const [, image] of file.text.matchAll(/^[ \t]*image:[ \t]*["']?(?:[\w.-]+\/)*([\w-]+)(?=[:@"'\s]|$)/gm)) {
        const dialect = images.get(image!)
        if (dialect) named.set(dialect, image!)
      }
      const [only] = named
      if (only) return named.size === 1 ? { dialect: only[0], because: `${path} starts ${only[1]} and no other database` } : undefined
    }
    if (at === '') return undefined
  }
}
