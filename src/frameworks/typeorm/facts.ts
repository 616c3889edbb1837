import type { Project } from '../../project/project.ts'
import type { Span } from '../../source/span.ts'
import type { History, ProjectFacts, Said } from '../framework.ts'
import { packageOf } from '../package-of.ts'
import { dataSourcesOf, meansFolder, withoutComments } from './data-source.ts'

const elsewhere = /(?:^|[/._-])(?:test|tests|testing|spec|e2e|dev|development|local|example|examples|mock|sandbox|ci)(?=[/._-])/i
/** Words near an option that make it depend on where the program runs. */
const depends = /NODE_ENV|\bis(?:Dev|Prod|Test|Local)\w*|\benvironment\b/i

/**
 * What the data sources of a history do beside running its migrations: those that name its folder, or stand in its package. An option that
 * hangs on the environment, one of a test's or developer's own data source, and one of a database in memory say nothing.
 */
export function facts(project: Project, history: History): ProjectFacts {
  const synchronize: Said<'synchronize'>[] = []
  const runsAtStart: Span[] = []
  const home = packageOf(project, history.directory)
  const files = new Set<string>()
  for (const source of dataSourcesOf(project)) {
    if (source.dialect !== history.dialect && !(source.dialect === 'mysql' && history.dialect === 'mariadb')) continue
    if (elsewhere.test(source.file) || !(meansFolder(source, history.directory) || packageOf(project, source.file) === home)) continue
    files.add(source.file)
  }
  for (const file of files) {
    const read = project.read(file)
    if (!('text' in read)) continue
    const text = withoutComments(read.text)
    if (text.includes(':memory:')) continue
    for (const span of spansOf(text, 'synchronize', file)) synchronize.push({ value: 'synchronize', span })
    runsAtStart.push(...spansOf(text, 'migrationsRun', file))
  }
  return { synchronize, runsAtStart, pushes: [] }
}

/** Does the object that a text leads into carry a developer's or a test's name: `const devConfig = {`, `development: {`? */
function isOfDeveloper(before: string): boolean {
  const names = [...before.matchAll(/\b(?:const|let|var|class|function)\s+(\w{1,60})|\b(\w{1,60})\s{0,9}:\s{0,9}\{/g)].slice(-2)
  return names.some(([, declared, key]) => /dev|test|local|e2e|mock/i.test(declared ?? key ?? ''))
}

/** Where an option is plainly `true`: not in a choice, nor in an object that is taken only somewhere. */
function spansOf(text: string, option: string, file: string): readonly Span[] {
  const found: Span[] = []
  for (const match of text.matchAll(new RegExp(`['"]?\\b${option}\\b['"]?\\s{0,9}:\\s{0,9}true\\b(?!\\s*[?&|=])`, 'g'))) {
    const start = match.index
    const near = text.slice(Math.max(0, start - 400), start)
    if (!depends.test(near) && !isOfDeveloper(text.slice(Math.max(0, start - 3000), start)))
      found.push({ file, start, end: start + match[0].length })
  }
  return found
}
