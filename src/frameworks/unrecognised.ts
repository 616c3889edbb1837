import { loadParser, parseModule } from '../javascript/parse.ts'
import type { Project } from '../project/project.ts'
import { LineIndex } from '../source/line-index.ts'
import type { History } from './framework.ts'
import { isNoMigration } from './module-files.ts'

/** As many as a reader looks through. */
const most = 50

const ends = '*.{js,cjs,mjs,ts,mts,cts}'

/** Programs of which nothing can be read, not even which framework they are for: empty, not text, or broken. */
export const unrecognised = {
  ready: loadParser,
  /** Where no history was found: programs in folders that are called after migrations. */
  inFolders(project: Project, ignore: readonly string[] | undefined): readonly string[] {
    return project.glob([`**/*migrat*/${ends}`], ignore).filter((path) => !isNoMigration(path))
  },
  /** Programs beside those of a history, with a number before their names as migrations have, that belong to none. */
  beside(project: Project, histories: readonly History[], ignore: readonly string[] | undefined): readonly string[] {
    const own = new Set<string>()
    const folders = new Set<string>()
    for (const { entries } of histories) {
      for (const { path, reads = [] } of entries) {
        own.add(path)
        for (const read of reads) own.add(read)
        if (/\.[cm]?[jt]s$/.test(path)) folders.add(path.slice(0, path.lastIndexOf('/') + 1))
      }
    }
    if (folders.size === 0) return []
    const paths = project.glob(
      [...folders].map((folder) => `${folder}[0-9]${ends}`),
      ignore,
    )
    return paths.filter((path) => !own.has(path) && !isNoMigration(path))
  },
  /** What is wrong with each of them; nothing of those that can be read. */
  among(project: Project, paths: readonly string[]): readonly Fault[] {
    return paths.slice(0, most).flatMap((file) => faultOf(project, file) ?? [])
  },
}

interface Fault {
  readonly file: string
  readonly line?: number
  readonly message: string
}

function faultOf(project: Project, file: string): Fault | undefined {
  const result = project.read(file)
  if (!('text' in result)) return { file, message: result.error }
  if (result.text.trim() === '') return { file, message: `${file} is empty.` }
  const { error } = parseModule(file, result.text)
  if (!error) return undefined
  const { line } = new LineIndex(result.text).at(error.offset)
  return { file, line, message: `${file} cannot be parsed, and is in no history: ${error.message}.` }
}
