import { basename } from 'node:path'
import type { Outcome, Place, ReportedFinding } from '../lint/outcome.ts'
import type { RuleSetting } from '../lint/site.ts'
import type { Run } from '../pipeline/compare-runs.ts'
import { recipes } from '../plan/recipes/registry.ts'
import type { Rule } from '../rule/define.ts'
import { type Profile, profiles, reaches } from '../rule/finding.ts'
import { LineIndex } from '../source/line-index.ts'
import type { RuleContext } from './host.ts'
import type { Change, Problem, Problems } from './problem.ts'
import { type Configured, type FileRun, type Workspace, workspaceOf } from './workspace.ts'

/** The rule that tells what could not be read: nothing unknown is passed over in silence. */
export const notRead = 'not-read'

/** The rules for whose findings there are recipes. */
export const mendable: ReadonlySet<string> = new Set(Object.keys(recipes))

/** The one analysis of one text, shared by all rules that are on: they say so when they are created, and the first one that reports runs it. */
class Analysis {
  readonly #context: RuleContext
  readonly #text: string
  readonly #wanted = new Map<string, unknown>()
  #problems: Problems | undefined

  constructor(context: RuleContext) {
    this.#context = context
    this.#text = textOf(context)
  }

  isOf(context: RuleContext): boolean {
    return this.#context.filename === context.filename && this.#text === textOf(context)
  }

  want(rule: string, options: unknown): void {
    this.#wanted.set(rule, options)
    this.#problems = undefined
  }

  of(rule: string): readonly Problem[] {
    this.#problems ??= problemsOf(this.#context, this.#text, this.#wanted)
    return this.#problems.get(rule) ?? []
  }
}

function textOf({ sourceCode }: RuleContext): string {
  return 'text' in sourceCode && typeof sourceCode.text === 'string' ? sourceCode.text : ''
}

/** By source code; oxlint has one object for all files, so that its text is compared too. */
const analyses = new WeakMap<object, Analysis>()

/** The analysis of what a rule's context shows. */
export function analysisOf(context: RuleContext): Analysis {
  const known = analyses.get(context.sourceCode)
  if (known?.isOf(context)) return known
  const made = new Analysis(context)
  analyses.set(context.sourceCode, made)
  return made
}

const none: Problems = new Map()

function problemsOf(context: RuleContext, text: string, wanted: ReadonlyMap<string, unknown>): Problems {
  const { filename, physicalFilename = filename } = context
  // A text without a file, or a part of a file that a processor cut out, is no migration.
  if (/^<(?:input|text)>$/.test(basename(filename)) || filename !== physicalFilename) return none
  const { workspace, path } = workspaceOf(filename)
  const { configured } = workspace
  const { settings, rules, projects } = configured
  const run = runFor(configured, profileOf(context) ?? settings.profile, wanted)
  return workspace.problemsOf(path, text, run, () => {
    const judged = workspace.runOf(path, text, run)
    const { outcome } = judged
    // ESLint has one severity for a rule: what the size of a table makes a mere remark may not stand there as an error.
    const sized = projects.some(({ statistics }) => statistics !== undefined)
    const remarks = new Set(rules.flatMap(({ id, severity }) => (severity === 'info' ? [id] : [])))
    const findings = outcome.findings.filter(({ rule, severity }) => !sized || severity !== 'info' || remarks.has(rule))
    const ofHistory = new Set(rules.flatMap(({ id, on }) => (on.history ? [id] : [])))
    const isMendable = findings.some(({ rule, file }) => file === path && mendable.has(rule))
    const changes = isMendable ? changesOf(workspace, path, text, run, judged) : noChanges
    return laidOut({ ...outcome, findings, opaque: settings.unknown === 'allow' ? [] : outcome.opaque }, path, changes, ofHistory)
  })
}

const runs = new WeakMap<Configured, Map<string, FileRun>>()

/** What of the configuration a file is judged by, with all that ESLint says of the rules. The same object for the same words: it is asked for at every keystroke. */
function runFor(configured: Configured, profile: Profile, wanted: ReadonlyMap<string, unknown>): FileRun {
  const known = runs.get(configured) ?? new Map<string, FileRun>()
  runs.set(configured, known)
  const key = JSON.stringify([profile, [...wanted]])
  const { settings, rules } = configured
  const run = known.get(key) ?? { rules: rules.flatMap(chosen), profile, down: settings.down }
  known.set(key, run)
  return run

  function chosen(rule: Rule): RuleSetting[] {
    const own = settings.rules[rule.id]
    if (!wanted.has(rule.id) || own?.severity === 'off') return []
    // What ESLint switches on beyond the profile was switched on by name: it says all that it has to say.
    const severity = own?.severity ?? (reaches(profile, rule.profile) ? undefined : rule.severity)
    return [{ rule, severity, options: { ...own?.options, ...optionsOf(wanted.get(rule.id)) } }]
  }
}

function profileOf({ settings: { surefoot } }: RuleContext): Profile | undefined {
  const wanted = typeof surefoot === 'object' && surefoot !== null && 'profile' in surefoot ? surefoot.profile : undefined
  return profiles.find((profile) => profile === wanted)
}

function optionsOf(options: unknown): Readonly<Record<string, unknown>> {
  return typeof options === 'object' && options !== null ? { ...options } : {}
}

/** The findings as ESLint shows them. `ofHistory` are the rules that judge a history as a whole, and may speak of files that are no migrations. */
function laidOut({ findings, opaque, errors }: Outcome, path: string, changes: Changes, ofHistory: ReadonlySet<string>): Problems {
  const problems = new Map<string, Problem[]>()
  const add = (rule: string, problem: Problem) => {
    const there = problems.get(rule)
    if (there) there.push(problem)
    else problems.set(rule, [problem])
  }
  for (const finding of findings) {
    const { rule, file, messageId = 'unused', message, help } = finding
    // The other half of a migration in SQL is linted itself; what a program reaches in another file is told where it begins.
    if (file !== path && (path.endsWith('.sql') || ofHistory.has(rule))) continue
    const where = file === path ? '' : ` (${file}:${finding.line})`
    const change = file === path ? changes.get(placeOf(finding)) : undefined
    const loc = file === path ? placed(finding) : top
    add(rule, { loc, messageId, message: `${message} ${help}${where}`, ...(change ? { change } : {}) })
  }
  for (const { file, line, because, detail } of opaque)
    if (file === path) add(notRead, { loc: wholeLine(line), messageId: 'opaque', message: `Not read (${because}): ${detail}` })
  for (const { file, line = 1, message } of errors)
    if (file === path || file === '.' || path.startsWith(`${file}/`)) add(notRead, { loc: wholeLine(line), messageId: 'error', message })
  return problems
}

/** So many changes of one file are tried, at most: a file is linted at every keystroke. */
const mostTried = 12

/** What may be done about findings of a file, by the place of the finding. `judged` is the run that found them. */
function changesOf(workspace: Workspace, path: string, text: string, run: FileRun, judged: Run): Changes {
  const changes = new Map<string, Change>()
  const index = new LineIndex(text)
  for (const { finding, plan } of workspace.plansFor(path, text, run, judged, mostTried)) {
    const { title, keeps, edits } = plan
    const { line, column } = index.at(finding.span.start)
    changes.set(placeOf({ ...finding, line, column }), { title, keeps, edits })
  }
  return changes
}

type Changes = ReadonlyMap<string, Change>

const noChanges: Changes = new Map()

function placeOf({ rule, messageId, line, column }: Pick<ReportedFinding, 'rule' | 'messageId' | 'line' | 'column'>): string {
  return `${rule} ${messageId} ${line}:${column}`
}

const top = { start: { line: 1, column: 0 }, end: { line: 1, column: 0 } }

function wholeLine(line: number): Problem['loc'] {
  return { start: { line, column: 0 }, end: { line: line + 1, column: 0 } }
}

function placed({ line, column, endLine, endColumn }: Place): Problem['loc'] {
  return { start: { line, column: column - 1 }, end: { line: endLine, column: endColumn - 1 } }
}
