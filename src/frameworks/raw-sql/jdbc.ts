import type { DialectName } from '../../ir/names.ts'
import type { Project } from '../../project/project.ts'

const files = ['application.yml', 'application.yaml', 'application.properties']
const engines: Readonly<Record<string, DialectName>> = { mariadb: 'mariadb', mysql: 'mysql', postgresql: 'postgres', sqlite: 'sqlite' }

/** The only engine that the addresses in a Java application's settings name, beside its migrations or above them. */
export function dialectByAddress(
  project: Project,
  folder: string,
): { readonly dialect: DialectName; readonly because: string } | undefined {
  for (let at = folder; ; at = at.slice(0, Math.max(at.lastIndexOf('/'), 0))) {
    const above = at === '' ? '' : `${at}/`
    for (const path of files.flatMap((name) => [above + name, `${above}src/main/resources/${name}`])) {
      const file = project.read(path)
      if (!('text' in file)) continue
      const named = new Set(
        [...file.text.replace(/^\s*#.*$/gm, '').matchAll(/\bjdbc:(?:[a-z0-9-]+:)?(mariadb|mysql|postgresql|sqlite):/g)].map(
          ([, word]) => word!,
        ),
      )
      const [word] = named
      if (word !== undefined && named.size === 1) return { dialect: engines[word]!, because: `${path} names a jdbc:${word} address` }
    }
    if (at === '') return undefined
  }
}
