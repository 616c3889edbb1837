import { loadedParser } from './parser.ts'

/** An embedded expression or statement. */
export interface PlExpression {
  readonly query?: string
}

/** The members of PL/pgSQL's statements that are read here; which ones a statement has depends on its kind. */
export interface PlStatement {
  readonly lineno?: number
  readonly body?: readonly PlNode[]
  readonly exceptions?: { readonly PLpgSQL_exception_block?: { readonly exc_list?: readonly PlException[] } }
  readonly cond?: PlWrapped
  readonly then_body?: readonly PlNode[]
  readonly elsif_list?: readonly { readonly PLpgSQL_if_elsif?: PlBranch }[]
  readonly else_body?: readonly PlNode[]
  readonly else_stmts?: readonly PlNode[]
  readonly case_when_list?: readonly { readonly PLpgSQL_case_when?: PlBranch }[]
  readonly sqlstmt?: PlWrapped
  readonly expr?: PlWrapped
  readonly query?: PlWrapped
  readonly curvar?: number
  readonly elog_level?: number
  readonly message?: string
  readonly condname?: string
  readonly lower?: PlWrapped
  readonly upper?: PlWrapped
}

export interface PlBranch {
  readonly cond?: PlWrapped
  readonly expr?: PlWrapped
  readonly stmts?: readonly PlNode[]
}

export interface PlException {
  readonly PLpgSQL_exception?: {
    readonly conditions?: readonly { readonly PLpgSQL_condition?: { readonly condname?: string } }[]
    readonly action?: readonly PlNode[]
  }
}

export interface PlWrapped {
  readonly PLpgSQL_expr?: PlExpression
}

/** `{ PLpgSQL_stmt_if: … }` */
export type PlNode = Readonly<Record<string, PlStatement | undefined>>

export interface PlDatum {
  readonly refname?: string
  readonly cursor_explicit_expr?: PlWrapped
}

export interface PlFunction {
  readonly datums: readonly PlDatum[]
  readonly body: readonly PlNode[]
}

/** Parses the PL/pgSQL body of one DO or CREATE FUNCTION statement, given whole. */
export function parseBody(statement: string): PlFunction | Error {
  const { parsePlPgSQLSync } = loadedParser()
  try {
    // The package types this as a tree of SQL; it is PL/pgSQL's own.
    const result = parsePlPgSQLSync(statement) as unknown as {
      readonly plpgsql_funcs?: readonly {
        readonly PLpgSQL_function?: {
          readonly datums?: readonly Readonly<Record<string, PlDatum | undefined>>[]
          readonly action?: { readonly PLpgSQL_stmt_block?: PlStatement }
        }
      }[]
    }
    const made = result.plpgsql_funcs?.[0]?.PLpgSQL_function
    const block = made?.action?.PLpgSQL_stmt_block
    if (made === undefined || block === undefined) return new Error('the body could not be read')
    const datums: PlDatum[] = []
    for (const datum of made.datums ?? []) for (const key in datum) if (datum[key]) datums.push(datum[key])
    return { datums, body: [{ PLpgSQL_stmt_block: block }] }
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** The text of an embedded expression or statement. */
export function sqlOf(wrapped: PlWrapped | undefined): string | undefined {
  return wrapped?.PLpgSQL_expr?.query
}

/** The kind of a statement without its prefix (`if`, `execsql`) and its body. */
export function plKind(node: PlNode): readonly [string, PlStatement] {
  for (const key in node) {
    const body = node[key]
    if (body) return [key.slice('PLpgSQL_stmt_'.length), body]
  }
  return ['', {}]
}

/** Every embedded text of a body, in no particular order. */
export function embeddedSql(value: unknown, found: string[] = []): string[] {
  if (Array.isArray(value)) for (const item of value) embeddedSql(item, found)
  else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      if (key === 'PLpgSQL_expr' && typeof member === 'object' && member !== null && 'query' in member) {
        if (typeof member.query === 'string') found.push(member.query)
      } else embeddedSql(member, found)
    }
  }
  return found
}
