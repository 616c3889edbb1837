import type { Reference } from '../ir/column.ts'
import { type Cursor, expect, fail, readColumnList, readName, sees, take, takeOne } from './cursor.ts'

export interface WrittenReference {
  readonly references: Reference
  readonly deferrable: boolean
  /** The index of the token at which [NOT] DEFERRABLE stands, for an engine that does not know it; undefined: it was not written. */
  readonly deferrableAt: number | undefined
}

/** Takes REFERENCES table (columns) with MATCH, its actions and its deferral. */
export function readReference(c: Cursor): WrittenReference {
  expect(c, 'REFERENCES')
  const table = readName(c, 'a table')
  const columns = sees(c, '(') ? readColumnList(c) : []
  let onDelete: string | undefined
  let onUpdate: string | undefined
  let deferrable = false
  let deferrableAt: number | undefined
  for (;;) {
    const from = c.at
    if (take(c, 'MATCH') || take(c, 'INITIALLY')) c.at++
    else if (take(c, 'ON', 'DELETE')) onDelete = readAction(c)
    else if (take(c, 'ON', 'UPDATE')) onUpdate = readAction(c)
    else if (take(c, 'DEFERRABLE')) {
      deferrable = true
      deferrableAt ??= from
    } else if (take(c, 'NOT', 'DEFERRABLE')) {
      deferrable = false
      deferrableAt ??= from
    } else break
  }
  const references = { table, columns, ...(onDelete === undefined ? {} : { onDelete }), ...(onUpdate === undefined ? {} : { onUpdate }) }
  return { references, deferrable, deferrableAt }
}

function readAction(c: Cursor): string {
  const action = takeOne(c, 'RESTRICT', 'CASCADE', 'SET', 'NO')
  if (action === 'SET') return `SET ${takeOne(c, 'NULL', 'DEFAULT') ?? fail(c, 'expected NULL')}`
  if (action === 'NO') expect(c, 'ACTION')
  return action === 'NO' ? 'NO ACTION' : (action ?? fail(c, 'expected an action'))
}
