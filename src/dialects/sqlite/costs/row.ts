import type { Operation, OperationKind, OperationOf } from '../../../ir/operation.ts'
import type { Schema } from '../../../schema/schema.ts'
import type { Version } from '../../dialect.ts'

/**
 * `none`: no lock. `reads`: reads rows. `instant`: only the schema's text changes. `writes`: rows change. `checks`: every row is read
 * under the write lock. `builds`: an index is built. `rewrites`: every row is written again. `vacuums`: the whole file is.
 * `exclusive`: nobody else may even read.
 */
export type Effort = 'none' | 'reads' | 'instant' | 'writes' | 'checks' | 'builds' | 'rewrites' | 'vacuums' | 'exclusive'

/** A fact about one form of statement. The first row whose version and `when` hold counts. */
export interface Row<O extends Operation = Operation> {
  readonly since?: Version
  when?(operation: O, before: Schema): boolean
  readonly effort: Effort
  /** Default true. */
  readonly inTransaction?: boolean
  readonly because?: string
  readonly cite: string
  readonly proof?: string
}

export type Rows = { readonly [K in OperationKind]?: readonly Row<OperationOf<K>>[] }

export const page = {
  alter: 'https://www.sqlite.org/lang_altertable.html',
  index: 'https://www.sqlite.org/lang_createindex.html',
  locking: 'https://www.sqlite.org/lockingv3.html',
  wal: 'https://www.sqlite.org/wal.html',
  pragma: 'https://www.sqlite.org/pragma.html',
  vacuum: 'https://www.sqlite.org/lang_vacuum.html',
  attach: 'https://www.sqlite.org/lang_attach.html',
  transaction: 'https://www.sqlite.org/lang_transaction.html',
} as const

/** What the measured rows were run on. */
export const measured = 'measured: SQLite 3.40.1 and 3.53.2'
