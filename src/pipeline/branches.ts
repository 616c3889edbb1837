import type { Dialect } from '../dialects/dialect.ts'
import { type Entry, type Framework, isSql, type LoadOptions } from '../frameworks/framework.ts'
import type { Column } from '../ir/column.ts'
import type { Migration, Script, Statement } from '../ir/migration.ts'
import type { DialectName } from '../ir/names.ts'
import type { Operation } from '../ir/operation.ts'
import type { Judged } from '../lint/judged.ts'
import { Judge, type JudgeOptions } from '../lint/run.ts'
import type { Project } from '../project/project.ts'
import { emptySchema } from '../schema/edit.ts'
import { readWith, takeDialect } from './engines.ts'
import type { Steps } from './steps.ts'

/** One migration that was judged for the engine of its history. */
interface Judgement {
  readonly entry: Entry
  readonly position: number
  readonly migration: Migration
  readonly framework: Framework
  readonly load: LoadOptions
  readonly project: Project
}

/** The other engines that a migration's text names, as a question for the connection's dialect does. */
function enginesIn(text: string, own: DialectName): readonly DialectName[] {
  const named = [...text.matchAll(/['"`](postgres|mysql|mariadb|sqlite)['"`]/g)].map((match) => match[1] as DialectName)
  return [...new Set(named)].filter((name) => name !== own)
}

/**
 * What is wrong with the branches that only other engines take: the migration is read once more for each engine that it names, and what it
 * does there and not here is judged by the rules that ask for it.
 */
export function* judgeBranches(judgement: Judgement, options: JudgeOptions): Steps<readonly Judged[]> {
  const { entry, migration, position, framework, project } = judgement
  const rules = options.rules.filter(({ rule }) => rule.inBranches)
  const file = project.read(entry.path)
  if (rules.length === 0 || isSql(framework.name) || !('text' in file)) return []
  const found: Judged[] = []
  for (const name of enginesIn(file.text, judgement.load.dialect.name)) {
    const dialect = yield* takeDialect(name)
    const load: LoadOptions = { ...judgement.load, dialect, version: dialect.latest }
    const judged = yield* readWith(dialect, () => {
      const other = framework.load(entry, project, load)
      if (other.unreadable !== undefined) return []
      const course = { dialect, version: dialect.latest, framework, load, boundByRunner: true, sameBatch: () => false }
      const judge = new Judge(course, { ...options, rules })
      judge.judge(onlyThere(other, migration, dialect), position)
      return judge.told(judge.finish())
    })
    found.push(...judged)
  }
  return found
}

/** What a migration does on the other engine and not on this one. */
function onlyThere(other: Migration, own: Migration, dialect: Dialect): Migration {
  const less = (script: Script, here: Script | undefined): Script => {
    const shared = new Map((here?.statements ?? []).map((statement) => [keyOf(statement), statement]))
    return { ...script, statements: script.statements.flatMap((statement) => remains(statement, shared.get(keyOf(statement)), dialect)) }
  }
  return { ...other, up: less(other.up, own.up), down: other.down && less(other.down, own.down) }
}

function keyOf({ span: { file, start, end } }: Statement): string {
  return `${file}:${start}:${end}`
}

/** Of a statement that runs here too, what is left is a column whose type a condition chose for the other engine. */
function remains(statement: Statement, here: Statement | undefined, dialect: Dialect): readonly Statement[] {
  if (here === undefined) return [statement]
  if (statement.sql !== undefined) return []
  const types = new Map(here.operations.flatMap(columnsOf).map((column) => [column.name, column.type]))
  const isChosen = ({ name, type }: Column) => {
    const own = types.get(name)
    return own !== undefined && own.text !== type?.text && dialect.missingType(own, emptySchema(dialect), dialect.latest) === undefined
  }
  const operations = statement.operations.flatMap((operation): Operation[] => {
    if (operation.kind === 'createTable') return [{ ...operation, columns: operation.columns.filter(isChosen) }]
    return columnsOf(operation).some(isChosen) ? [operation] : []
  })
  return [{ ...statement, operations }]
}

function columnsOf(operation: Operation): readonly Column[] {
  if (operation.kind === 'createTable') return operation.columns
  return operation.kind === 'addColumn' ? [operation.column] : operation.kind === 'modifyColumn' ? [operation.to] : []
}
