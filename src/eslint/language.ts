import { ConfigCommentParser, Directive, TextSourceCodeBase, VisitNodeStep } from '@eslint/plugin-kit'
import { LineIndex } from '../source/line-index.ts'
import type { HostPosition, HostSourceCode } from './host.ts'

interface Located {
  readonly range: readonly [number, number]
  readonly loc: { readonly start: HostPosition; readonly end: HostPosition }
}

/** The whole tree: what a file says is read by the engine, not by ESLint's walk. */
interface SqlFile extends Located {
  readonly type: 'SqlFile'
}

interface Comment extends Located {
  readonly value: string
}

interface OpenFile {
  readonly body: string | Uint8Array
}

const parser = new ConfigCommentParser()
const directives = new Set(['eslint-disable', 'eslint-enable', 'eslint-disable-line', 'eslint-disable-next-line'])
// In a block comment or behind two dashes; what stands in quotes is not told apart: nobody writes such a text into a row.
const comments = /\/\*\s*(eslint[-\s][\s\S]*?)\*\/|--[ \t]*(eslint[-\s][^\n\r]*)/g

/** A file of SQL as ESLint holds it: its text, its comments for ESLint, and nothing else. */
class SqlSourceCode extends TextSourceCodeBase {
  // The base declares the tree without its type, and a field of ours would empty it.
  declare ast: SqlFile
  // Rules for JavaScript that are switched on for all files look for these when they are made.
  readonly scopeManager = null
  readonly parserServices = {}
  readonly visitorKeys = { SqlFile: [] }
  readonly #index: LineIndex
  #comments: readonly Comment[] | undefined

  constructor(text: string, ast: SqlFile, index: LineIndex) {
    super({ text, ast })
    this.#index = index
  }

  override traverse() {
    return [1, 2].map((phase) => new VisitNodeStep({ target: this.ast, phase: phase === 1 ? 1 : 2, args: [this.ast] }))
  }

  override getParent(): undefined {}

  getAllComments(): readonly [] {
    return []
  }
  getTokens = this.getAllComments
  getCommentsInside = this.getAllComments
  getCommentsBefore = this.getAllComments
  getCommentsAfter = this.getAllComments

  getInlineConfigNodes(): readonly Comment[] {
    this.#comments ??= [...this.text.matchAll(comments)].map((match) => ({
      value: match[1] ?? match[2]!,
      ...locate(match.index, match.index + match[0].length, this.#index),
    }))
    return this.#comments
  }

  getDisableDirectives() {
    return {
      problems: [],
      directives: this.getInlineConfigNodes().flatMap((node) => {
        const { label, value, justification } = parser.parseDirective(node.value) ?? { label: '', value: '', justification: '' }
        if (!directives.has(label)) return []
        const type = label.slice('eslint-'.length) as ConstructorParameters<typeof Directive>[0]['type']
        return [new Directive({ type, node, value, justification })]
      }),
    }
  }

  applyInlineConfig() {
    const configs: { config: { rules: unknown }; loc: Located['loc'] }[] = []
    const problems: { ruleId: null; message: string; loc: Located['loc'] }[] = []
    for (const { value, loc } of this.getInlineConfigNodes()) {
      const directive = parser.parseDirective(value)
      if (directive?.label !== 'eslint') continue
      const parsed = parser.parseJSONLikeConfig(directive.value)
      if (parsed.ok) configs.push({ config: { rules: parsed.config }, loc })
      else problems.push({ ruleId: null, message: parsed.error.message, loc })
    }
    return { configs, problems }
  }
}

function locate(start: number, end: number, index: LineIndex): Located {
  const position = (offset: number): HostPosition => {
    const { line, column } = index.at(offset)
    return { line, column: column - 1 }
  }
  return { range: [start, end], loc: { start: position(start), end: position(end) } }
}

/** SQL as a language of ESLint: any text is a file of it, in whatever dialect. The engine reads what it says. */
export const sql = {
  fileType: 'text' as const,
  lineStart: 1 as const,
  columnStart: 0 as const,
  nodeTypeKey: 'type',
  visitorKeys: { SqlFile: [] as string[] },
  validateLanguageOptions(): void {},
  parse({ body }: OpenFile): { readonly ok: true; readonly ast: SqlFile } {
    const text = textOf(body)
    return { ok: true, ast: { type: 'SqlFile', ...locate(0, text.length, new LineIndex(text)) } }
  },
  createSourceCode({ body }: OpenFile, { ast }: { readonly ast: unknown }): HostSourceCode {
    const text = textOf(body)
    // ESLint gives back what `parse` made.
    return new SqlSourceCode(text, ast as SqlFile, new LineIndex(text))
  },
}

function textOf(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body)
}
