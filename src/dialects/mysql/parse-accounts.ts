import type { Name } from '../../ir/names.ts'
import type { StatementDetails } from '../../ir/operation.ts'
import { containsHole } from '../../source/traced.ts'
import { type Cursor, peek, readIdentifier, readString, sees, slice, take, takeOne } from '../../sql/cursor.ts'

type Grant = Extract<StatementDetails, { readonly about: 'grant' }>

/** What GRANT or REVOKE says, from the word after it on; undefined where it is written in a way that is not read. Moves the cursor. */
export function readGrant(c: Cursor, revoke: boolean): Grant | undefined {
  try {
    return grant(c, revoke)
  } catch {
    return undefined
  }
}

function grant(c: Cursor, revoke: boolean): Grant {
  const privileges: string[] = []
  const end = revoke ? 'FROM' : 'TO'
  if (revoke) take(c, 'IF', 'EXISTS')
  let words: string[] = []
  for (let depth = 0; c.at < c.tokens.length && !(depth === 0 && (sees(c, 'ON') || sees(c, end))); c.at++) {
    const { text } = peek(c)
    if (text === '(') depth++
    else if (text === ')') depth--
    else if (depth > 0) continue
    else if (text === ',') {
      privileges.push(words.join(' '))
      words = []
    } else words.push(peek(c).kind === 'word' ? text : user(c))
  }
  privileges.push(words.join(' '))
  const all = privileges.some((each) => each === 'ALL' || each === 'ALL PRIVILEGES')
  const isRole = !take(c, 'ON')
  const form = isRole ? undefined : takeOne(c, 'TABLE', 'FUNCTION', 'PROCEDURE')
  const objects = isRole ? privileges.map((name): Name => ({ name })) : [level(c)]
  const on = isRole ? 'role' : form === 'FUNCTION' || form === 'PROCEDURE' ? 'function' : levelOf(objects[0]!)
  const to: string[] = []
  if (takeOne(c, 'TO', 'FROM')) {
    do to.push(user(c))
    while (take(c, ','))
  }
  let grantOption = false
  for (; c.at < c.tokens.length; c.at++) if (sees(c, 'WITH') && (sees(c, 'GRANT', 1) || sees(c, 'ADMIN', 1))) grantOption = true
  return { about: 'grant', revoke, privileges: isRole ? [] : all ? ['ALL'] : privileges, on, objects, to, grantOption }
}

/** `*.*`, `shop.*`, `shop.orders`, `orders`: `*` stands as a name. */
function level(c: Cursor): Name {
  const part = () => (take(c, '*') ? '*' : readIdentifier(c, 'a name', true))
  const first = part()
  return take(c, '.') ? { schema: first, name: part() } : { name: first }
}

function levelOf({ schema, name }: Name): Grant['on'] {
  if (schema === '*') return 'other'
  return name === '*' ? 'all-tables' : 'table'
}

/** The name of an account without its host; `PUBLIC` for everyone. */
function user(c: Cursor): string {
  const name = peek(c).kind === 'string' ? readString(c) : take(c, 'PUBLIC') ? 'PUBLIC' : readIdentifier(c, 'a user', true)
  // 'app'@'%' is one word to the lexer, or three.
  if (peek(c).kind === 'variable') c.at++
  else if (take(c, '@')) c.at++
  if (sees(c, '(')) c.at += 2
  return name.split('@')[0]!
}

/** How a statement about accounts gives a password; the password itself goes nowhere. Looks through the whole statement. */
export function readPassword(c: Cursor, from: number): StatementDetails {
  let password: Extract<StatementDetails, { about: 'role' }>['password'] = 'none'
  for (let i = from; i < c.tokens.length - 1; i++) {
    const { text } = c.tokens[i]!
    const next = c.tokens[i + 1]!
    const value = next.text === '(' || next.text === '=' ? c.tokens[i + 2] : next
    const named = text === 'BY' || text === 'PASSWORD' || (text === 'AS' && next.kind === 'string')
    if (!named || value?.kind === undefined) continue
    if (value.kind === 'parameter') password = 'placeholder'
    if (value.kind !== 'string') continue
    const content = slice(c, value.start, value.end).slice(1, -1)
    const isHash = text === 'AS' || /^\*[0-9A-F]{40}$/i.test(content)
    password =
      content === '' ? 'none' : containsHole(c.traced.text.slice(value.start, value.end)) ? 'placeholder' : isHash ? 'hash' : 'literal'
  }
  return { about: 'role', password, superuser: false }
}
