import type { DialectName } from '../ir/names.ts'
import type { ConditionFacts, Value } from '../javascript/value.ts'
import { plain } from '../javascript/values.ts'
import { engineOfWord } from './sql-dialect.ts'

/** What a setting is called that says which engine a program uses; others may hold an engine's name as well. */
const namesEngine = /dialect|database|(?:^|[^a-z])db|client|connection|driver/i
const namesOthers = /user|name|owner|role|host|schema|pass/i
const otherEngines = new Set(['mssql', 'oracle', 'cockroachdb'])

/** Is a condition the question which engine this is, asked of the configuration (`config.database.type === 'sqlite'`)? Its answer then. */
export function engineAsked({ equality }: ConditionFacts, dialect: DialectName): boolean | undefined {
  if (equality === undefined) return undefined
  return answer(equality.left, equality.right, dialect) ?? answer(equality.right, equality.left, dialect)
}

function answer(asked: Value, word: Value, dialect: DialectName): boolean | undefined {
  if (asked.kind !== 'unknown' || asked.reason === 'row' || asked.reason === 'parameter') return undefined
  const text = plain(word) ?? ''
  const engine = engineOfWord(text)
  if (engine === undefined || !namesEngine.test(asked.expression) || namesOthers.test(asked.expression)) return undefined
  if (!('dialect' in engine)) return otherEngines.has(text) ? false : undefined
  // MariaDB is often configured as the MySQL that it is to its drivers.
  if (dialect === 'mariadb' && engine.dialect === 'mysql') return undefined
  return engine.dialect === dialect
}
