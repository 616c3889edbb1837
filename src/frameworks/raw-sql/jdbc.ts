import type { DialectName } from '../../ir/names.ts'
import type { Project } from '../../project/project.ts'
import { engineOfWord } from '../sql-dialect.ts'
import { inTestFolder } from './passed-over.ts'

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

/**
 * The engine, of those that are not judged, on which a profile of a Java application runs this folder of Flyway's, while another profile has
 * a folder of its own on one that is: `spring.flyway.locations` beside a `jdbc:` address
 * (https://docs.spring.io/spring-boot/how-to/data-initialization.html#howto.data-initialization.migration-tool.flyway).
 */
export function foreignByLocation(project: Project, folder: string): string | undefined {
  const resources = /^(?:.*\/)?resources(?=\/)/.exec(folder)?.[0]
  if (resources === undefined) return undefined
  const own: (string | undefined)[] = []
  let isJudgedElsewhere = false
  for (const path of project.glob([`${resources}/application*.{yml,yaml,properties}`])) {
    const file = project.read(path)
    if (!('text' in file) || inTestFolder(path)) continue
    for (const document of file.text.split(/^---/m)) {
      const settings = document.replace(/^\s*#.*$/gm, '')
      const locations = locationsIn(settings)
      if (locations.length === 0) continue
      const named = [...settings.matchAll(address)].map(([, word]) => engineOfWord(word!))
      if (locations.some((location) => `${folder}/`.startsWith(`${resources}/${location}/`)))
        own.push(
          ...(named.length === 0 ? [undefined] : named.map((engine) => (engine && 'foreign' in engine ? engine.foreign : undefined))),
        )
      else isJudgedElsewhere ||= named.some((engine) => engine !== undefined && 'dialect' in engine)
    }
  }
  const [foreign] = own
  return isJudgedElsewhere && own.every((engine) => engine === foreign) ? foreign : undefined
}

const address = /\bjdbc:(?:[a-z0-9-]+:)?(mariadb|mysql|postgresql|sqlite|h2|hsqldb|sqlserver|oracle|db2|clickhouse|duckdb):/g

/** The folders of the class path that `locations` lists; one with `{vendor}` stands for several. */
function locationsIn(settings: string): readonly string[] {
  const written = /\blocations\b\s*[:=]([\s\S]{0,400}?)(?=\n\s*[\w.-]+\s*[:=]|$)/.exec(settings)?.[1] ?? ''
  return [...written.matchAll(/classpath:\/?([^\s,"'\]]+)/g)]
    .map(([, path]) => path!.replace(/\/$/, ''))
    .filter((path) => !path.includes('{'))
}
