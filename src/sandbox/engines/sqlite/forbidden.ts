import { split, type Token } from '../../../sql/split.ts'
import { syntaxOf } from '../../../sql/syntax.ts'

const syntax = syntaxOf('sqlite')

/** Why a text may not run in a sandbox: it reaches files outside its database. Undefined: it may. Takes one statement or several. */
export function forbidden(sql: string): string | undefined {
  for (const part of split(sql, syntax, { tokens: true })) {
    const because = part.kind === 'statement' ? reachesOut(sql, part.tokens) : undefined
    if (because !== undefined) return because
  }
  return undefined
}

function reachesOut(sql: string, tokens: readonly Token[]): string | undefined {
  const words = tokens.map(({ text }) => text)
  const first = words[0]
  if (first === 'ATTACH') {
    const file = tokens.find(({ kind }, i) => i > 0 && kind !== 'word')
    const name = file === undefined ? '' : sql.slice(file.start + 1, file.end - 1)
    return name === ':memory:' ? undefined : 'it attaches another database file'
  }
  if (first === 'VACUUM' && words.includes('INTO')) return 'it writes the database to another file'
  if (first === 'PRAGMA' && /^\s*pragma\s+(?:\w+\s*\.\s*)?(?:temp_store_directory|data_store_directory)\b/i.test(sql))
    return 'it moves the files of the database'
  const call = tokens.findIndex(({ text }, i) => /^(?:LOAD_EXTENSION|READFILE|WRITEFILE|EDIT)$/.test(text) && words[i + 1] === '(')
  return call < 0 ? undefined : `it calls ${words[call]?.toLowerCase()}(), which reaches outside the database`
}
