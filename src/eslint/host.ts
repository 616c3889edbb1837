/** A place as ESLint counts: lines from 1, columns from 0. */
export interface HostPosition {
  readonly line: number
  readonly column: number
}

export interface HostEdit {
  readonly range: [number, number]
  readonly text: string
}

export interface HostFixer {
  replaceTextRange(range: [number, number], text: string): HostEdit
}

export interface HostProblem {
  readonly loc: { readonly start: HostPosition; readonly end: HostPosition }
  readonly messageId: string
  readonly data: Readonly<Record<string, string>>
  readonly fix?: (fixer: HostFixer) => HostEdit[]
  readonly suggest?: { readonly desc: string; readonly fix: (fixer: HostFixer) => HostEdit[] }[]
}

/** What a rule meets of ESLint and of oxlint: the same in all versions that the plugin runs in. */
export interface RuleContext {
  readonly filename: string
  readonly physicalFilename?: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly options: readonly unknown[]
  /** Of a file of text it has a `text`. */
  readonly sourceCode: object
  report(problem: HostProblem): void
}

/** A file as a language hands it to ESLint. */
export interface HostSourceCode {
  readonly ast: unknown
  readonly text: string
  getLoc(node: unknown): { start: HostPosition; end: HostPosition }
  getRange(node: unknown): [number, number]
  traverse(): Iterable<{
    readonly kind: 1
    readonly type: 'visit'
    readonly target: unknown
    readonly phase: 1 | 2
    readonly args: unknown[]
  }>
}

/** A rule as ESLint takes it. */
export interface HostRule {
  readonly meta: {
    readonly type: 'problem' | 'suggestion'
    readonly docs: { readonly description: string; readonly url: string; readonly recommended: boolean }
    readonly messages: Readonly<Record<string, string>>
    readonly schema: object[]
    readonly languages: string[]
    readonly fixable?: 'code'
    readonly hasSuggestions?: true
  }
  create(context: RuleContext): Record<string, () => void>
}
