import type { Name } from '../ir/names.ts'

/** One way in which a later schema differs from an earlier one. */
export interface Difference {
  readonly change: 'added' | 'removed' | 'changed'
  readonly object: 'table' | 'column' | 'index' | 'constraint' | 'view' | 'type' | 'function' | 'trigger' | 'sequence' | 'schema'
  /** The table for parts of tables; the object's own name else. */
  readonly name: Name
  /** The column, index or constraint. */
  readonly part?: string
  /** For `changed`: which property, with its earlier and later value as shown to a person. */
  readonly property?: 'type' | 'nullability' | 'default' | 'definition' | 'labels'
  readonly before?: string
  readonly after?: string
  /** False when incomplete knowledge of either side could explain it. */
  readonly certain: boolean
}
