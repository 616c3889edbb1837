import type { Span } from '../source/span.ts'
import type { Name } from './names.ts'

/** A column's type as written and as the dialect's `types.ts` understands it. */
export interface DataType {
  /** As the SQL would spell it: `varchar(255)`, `numeric(10,2)[]`. */
  readonly text: string
  /** The dialect's canonical lower-case name without arguments: `varchar`, `integer`, `timestamptz`, `enum`, or a user type's name. */
  readonly name: string
  /** Schema of a user type, when it was written. */
  readonly schema?: string
  readonly args: readonly string[]
  readonly array: boolean
  readonly unsigned?: boolean
  /** The labels of a MySQL ENUM or SET written in place. */
  readonly labels?: readonly string[]
}

/** A scalar SQL expression, as far as rules ask about it. */
export interface Expression {
  /** The text as SQL, holes shown as the user wrote them. */
  readonly sql: string
  /** True when the value is a literal, or literals folded through casts and operators. */
  readonly constant: boolean
  readonly isNull: boolean
  /** Functions called anywhere inside, lower case, schema kept when written; keywords such as `current_timestamp` count as functions. */
  readonly functions: readonly string[]
  readonly columns: readonly string[]
  /** String literals inside, unquoted (enum values in a DEFAULT or CHECK). */
  readonly literals: readonly string[]
  /** Casts inside: the types' names. */
  readonly casts: readonly string[]
}

/** What a foreign key points at. `columns` is empty when the primary key is meant. */
export interface Reference {
  readonly table: Name
  readonly columns: readonly string[]
  readonly onDelete?: string
  readonly onUpdate?: string
}

export type ConstraintKind = 'primaryKey' | 'unique' | 'check' | 'foreignKey' | 'notNull' | 'exclude'

/** A constraint of a table, or of a column (then `columns` names that column). */
export interface Constraint {
  readonly kind: ConstraintKind
  readonly name: string | undefined
  readonly columns: readonly string[]
  /** MySQL: the keys, where a key holds the beginning of a column only. */
  readonly keys?: readonly IndexKey[]
  readonly notValid: boolean
  /** ADD CONSTRAINT … USING INDEX: the index that it adopts. */
  readonly usingIndex?: string
  readonly references?: Reference
  readonly expression?: Expression
  readonly deferrable?: boolean
  /** Checked at COMMIT unless the transaction says otherwise. */
  readonly initiallyDeferred?: true
  /** MySQL: NOT ENFORCED. PostgreSQL 18: NOT ENFORCED. */
  readonly enforced?: false
  readonly span?: Span
}

export interface Generated {
  readonly expression: Expression
  readonly stored: boolean
}

/** A column as a CREATE TABLE, ADD COLUMN or MODIFY states it. Absent members were not written. */
export interface Column {
  readonly name: string
  readonly type: DataType | undefined
  /** False when NOT NULL (or PRIMARY KEY, or a serial type) makes it so. */
  readonly nullable: boolean
  /** True when the user wrote NULL or NOT NULL (builder: `allowNull`, `isNullable`). */
  readonly nullabilityWritten: boolean
  /** The DEFAULT in the SQL that is really emitted. */
  readonly default: Expression | undefined
  /** A default that only the application's library applies (Sequelize UUIDV4, NOW, a function; entity-side uuid): the database has none. */
  readonly clientDefault?: string
  readonly generated?: Generated
  readonly identity?: 'always' | 'by default'
  /** MySQL AUTO_INCREMENT, SQLite AUTOINCREMENT. */
  readonly autoIncrement?: boolean
  /** PostgreSQL serial, bigserial, smallserial. */
  readonly serial?: boolean
  /** Constraints written with the column, in order (primary key, unique, check, references). */
  readonly constraints: readonly Constraint[]
  readonly collation?: string
  readonly charset?: string
  readonly comment?: string
  /** MySQL ON UPDATE CURRENT_TIMESTAMP. */
  readonly onUpdate?: string
  /** What a builder was told of a foreign key in words that it does not read, and leaves out. */
  readonly unread?: readonly UnreadReference[]
  readonly span?: Span
}

/** `reference: { model: 'teams' }` of Sequelize (`to`: the foreign key that there is not), or `onDelete` inside `references`. */
export interface UnreadReference {
  readonly word: string
  readonly to?: string
  readonly span: Span
}

/** One key of an index: a column or an expression. */
export interface IndexKey {
  readonly column: string | undefined
  readonly expression?: Expression
  readonly descending?: boolean
  /** MySQL prefix length. */
  readonly prefix?: number
  readonly collation?: string
  readonly operatorClass?: string
}

/** An expression nobody wrote in SQL: a constant given as a builder's value. */
export function literal(value: string | number | bigint | boolean | null): Expression {
  const sql = value === null ? 'NULL' : typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value)
  return {
    sql,
    constant: true,
    isNull: value === null,
    functions: [],
    columns: [],
    literals: typeof value === 'string' ? [value] : [],
    casts: [],
  }
}
