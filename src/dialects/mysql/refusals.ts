import type { Operation } from '../../ir/operation.ts'
import type { Schema } from '../../schema/schema.ts'
import type { Refusal } from '../dialect.ts'
import type { Server } from './encoding.ts'
import { foreignKeyRefusals } from './foreign-key-refusals.ts'
import { keyRefusals } from './key-refusals.ts'
import { notFixed } from './not-fixed.ts'

/** What the server refuses because types, keys or character sets do not fit. */
export function refusals(
  operation: Operation,
  before: Schema,
  after: Schema,
  at: Server & { readonly settings: ReadonlyMap<string, string> },
): readonly Refusal[] {
  switch (operation.kind) {
    case 'createTable':
    case 'addColumn':
    case 'addConstraint':
      return [...foreignKeyRefusals(operation, after, at), ...keyRefusals(operation, before, after, at), ...notFixed(operation, at)]
    case 'createIndex':
    case 'modifyColumn':
      return [...keyRefusals(operation, before, after, at), ...notFixed(operation, at)]
    default:
      return []
  }
}
