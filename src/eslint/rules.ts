import { unusedSuppression } from '../lint/suppress.ts'
import type { Rule } from '../rule/define.ts'
import { home } from '../version.ts'
import { analysisOf, mendable, notRead } from './analysis.ts'
import type { HostRule } from './host.ts'
import { hostProblem } from './problem.ts'

/** In every text, whatever its language calls the root of its tree. */
function onRoot(report: () => void): Record<string, () => void> {
  return { Program: report, SqlFile: report }
}

const languages = ['js/js', 'surefoot/sql']

/** The engine fills its messages itself: what they say may depend on the size of a table. */
const filled = '{{ message }}'

/** The one adapter between a rule of ours and ESLint. */
export function hostRule({ id, title, page, profile, messages, options }: Rule): HostRule {
  return reporting(id, {
    type: profile === 'style' ? 'suggestion' : 'problem',
    docs: { description: title, url: pageOf(page), recommended: profile === 'safety' },
    messages: Object.fromEntries(Object.keys(messages).map((message) => [message, filled])),
    schema: schemaOf(options),
    languages,
    ...(mendable.has(id) ? { fixable: 'code', hasSuggestions: true } : {}),
  })
}

function reporting(id: string, meta: HostRule['meta']): HostRule {
  return {
    meta,
    create(context) {
      const analysis = analysisOf(context)
      analysis.want(id, context.options[0])
      return onRoot(() => {
        for (const problem of analysis.of(id)) context.report(hostProblem(problem))
      })
    },
  }
}

/** JSON Schema of a rule's options, which are what the rule gives them as defaults: of the same names and kinds. Empty: it has none. */
export function schemaOf(options: Rule['options']): object[] {
  if (options === undefined) return []
  const properties = Object.fromEntries(Object.entries(options).map(([name, value]) => [name, kindOf(value)]))
  return [{ type: 'object', properties, additionalProperties: false }]
}

function kindOf(value: unknown): object {
  if (Array.isArray(value)) return value.length === 0 ? { type: 'array' } : { type: 'array', items: kindOf(value[0]) }
  if (typeof value === 'number') return { type: 'number' }
  if (typeof value === 'boolean') return { type: 'boolean' }
  return typeof value === 'string' ? { type: 'string' } : {}
}

function pageOf(page: string | undefined): string {
  return `${home}/blob/main/${page ?? 'README.md'}`
}

/** What is no judgement on a migration: comments that suppress nothing, and what could not be read. */
export const ownReports: Readonly<Record<string, HostRule>> = {
  [unusedSuppression]: reporting(unusedSuppression, {
    type: 'suggestion',
    docs: { description: 'A suppression that suppresses nothing', url: pageOf(undefined), recommended: true },
    messages: { unused: filled },
    schema: [],
    languages,
    fixable: 'code',
  }),
  [notRead]: reporting(notRead, {
    type: 'problem',
    docs: { description: 'Something of a migration that could not be read', url: pageOf(undefined), recommended: true },
    messages: { opaque: filled, error: filled },
    schema: [],
    languages,
  }),
}
