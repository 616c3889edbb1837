import type { Name } from '../ir/names.ts'
import { type Cursor, peek, readIdentifier, readName, sees, take } from './cursor.ts'

/** What the body of a routine or trigger names, told by the words around it: its statements are not read. */
export interface BodyFacts {
  readonly uses: readonly Name[]
  /** Columns of the row that a trigger stands on: `NEW.total`. */
  readonly columns: readonly string[]
}

/** Words before the name of a table in a body. */
const before = new Set(['FROM', 'JOIN', 'UPDATE', 'INTO', 'TABLE'])

/** The tables and columns that the tokens from `body` to the end name. */
export function bodyFacts(c: Cursor, body: number): BodyFacts {
  const uses = new Map<string, Name>()
  const columns = new Set<string>()
  for (let i = body; i < c.tokens.length - 1; i++) {
    const { text } = c.tokens[i]!
    if ((text === 'NEW' || text === 'OLD') && c.tokens[i + 1]!.text === '.' && i + 2 < c.tokens.length) {
      const column = attempt(() => readIdentifier({ ...c, at: i + 2, notes: [] }, 'a column', true))
      if (column !== undefined) columns.add(column)
    }
    if (!before.has(text)) continue
    const reader = { ...c, at: i + 1, notes: [] }
    take(reader, 'IF', 'NOT', 'EXISTS') || take(reader, 'IF', 'EXISTS')
    const token = peek(reader)
    if (token.kind !== 'word' && token.kind !== 'quoted') continue
    // `UPDATE OF` of a trigger, `FROM DUAL`: a reserved word is no table.
    if (sees(reader, 'OF')) continue
    const name = attempt(() => readName(reader))
    if (name) uses.set(`${name.schema ?? ''}.${name.name}`, name)
  }
  return { uses: [...uses.values()], columns: [...columns] }
}

/** What a reader gives; undefined where it does not take what stands there. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
