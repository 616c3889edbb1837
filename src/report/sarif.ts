import type { Outcome, Place, ReportedFinding, ReportedFix, SuppressedFinding, Suppression } from '../lint/outcome.ts'
import type { Severity } from '../rule/finding.ts'
import { Fingerprints } from './fingerprint.ts'
import type { Format, ReportContext } from './format.ts'
import { unjudgedRule, unreadRule, unreadText } from './words.ts'

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' }
const gravest: readonly Severity[] = ['error', 'warning', 'info']

/** More results than this, and GitHub refuses the file: https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning */
const most = 25_000

/**
 * SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. Paths are relative to the repository (`%SRCROOT%`); what could
 * not be read or judged is among the notifications of the invocation.
 */
export const sarif: Format = (outcome, context) => {
  const names = new Fingerprints(context)
  const suppressed = context.suppressed ? outcome.suppressed : []
  const all = [...outcome.findings, ...suppressed].map((finding) => ({ finding, name: names.finding(finding) }))
  const kept =
    all.length > most ? gravest.flatMap((severity) => all.filter(({ finding }) => finding.severity === severity)).slice(0, most) : all
  const rules = [...new Set(kept.map(({ finding }) => finding.rule))].sort()
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Surefoot',
            version: outcome.version,
            rules: rules.map((id) => descriptor(id, kept.find(({ finding }) => finding.rule === id)!.finding, context)),
          },
        },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The top of the repository.' } } },
        invocations: [
          {
            executionSuccessful: outcome.errors.length === 0,
            toolExecutionNotifications: notifications(outcome, context, all.length - kept.length),
          },
        ],
        results: kept.map(({ finding, name }) => ({
          ...result(finding, name, rules.indexOf(finding.rule), context),
          // Where one result says whether it is suppressed, all have to.
          ...(context.suppressed ? { suppressions: suppressionsOf(finding) } : {}),
        })),
      },
    ],
  }
  return `${JSON.stringify(log, undefined, 2)}\n`
}

function descriptor(id: string, { help, url }: ReportedFinding, context: ReportContext) {
  const rule = context.rule(id)
  return {
    id,
    shortDescription: { text: rule?.title ?? id },
    ...(rule ? { fullDescription: { text: rule.why } } : {}),
    help: { text: rule?.instead ?? help, ...(rule ? { markdown: `${rule.why}\n\n**Instead:** ${rule.instead}\n\n[More](${url})` } : {}) },
    helpUri: url,
    defaultConfiguration: { level: levels[rule?.severity ?? 'warning'] },
    properties: { tags: ['database', 'migration'], precision: 'high' },
  }
}

function result(finding: ReportedFinding, name: string, ruleIndex: number, context: ReportContext) {
  const { rule, severity, message, help, migration, direction, evidence, related = [], verdict } = finding
  return {
    ruleId: rule,
    ruleIndex,
    level: levels[severity],
    message: { text: `${message} ${help}` },
    locations: [location(finding, context)],
    ...(related.length > 0
      ? {
          relatedLocations: related.map((place, at) => ({
            id: at + 1,
            ...location(place, context),
            message: { text: place.rule === undefined ? place.message : `${place.rule}: ${place.message}` },
          })),
        }
      : {}),
    ...(finding.fix ? fixesOf(finding.fix, context) : {}),
    partialFingerprints: { 'statementText/v2': name },
    properties: { migration, direction, evidence, ...(verdict ? { verdict } : {}) },
  }
}

/** A result's fix changes files that are there; one that has to make a file is left to the command. */
function fixesOf({ title, edits, creates }: ReportedFix, context: ReportContext) {
  if (creates.length > 0) return {}
  const files = [...new Set(edits.map(({ file }) => file))]
  const artifactChanges = files.map((file) => ({
    artifactLocation: artifact(file, context),
    replacements: edits
      .filter((edit) => edit.file === file)
      .map(({ line, column, endLine, endColumn, text }) => ({
        deletedRegion: { startLine: line, startColumn: column, endLine, endColumn },
        insertedContent: { text },
      })),
  }))
  return { fixes: [{ description: { text: title }, artifactChanges }] }
}

function suppressionsOf(finding: ReportedFinding | SuppressedFinding) {
  if (!('suppression' in finding)) return []
  const { suppression } = finding
  const justification = justify(suppression)
  return [
    { kind: suppression.kind === 'inline' ? 'inSource' : 'external', status: 'accepted', ...(justification ? { justification } : {}) },
  ]
}

function justify(suppression: Suppression): string | undefined {
  if (suppression.kind === 'baseline') return 'The finding is one of the baseline.'
  const { reason, until } = suppression
  return [reason, until && `until ${until}`].filter((part) => part !== undefined).join(' ') || undefined
}

function location({ file, line, column, endLine, endColumn }: Place, context: ReportContext) {
  return {
    physicalLocation: {
      artifactLocation: artifact(file, context),
      region: { startLine: line, startColumn: column, endLine, endColumn },
    },
  }
}

function artifact(file: string, context: ReportContext) {
  // A lone surrogate has no percent-encoding.
  const path = context.inRepository(file).replace(/[\ud800-\udfff]/gu, '\ufffd')
  return { uri: path.split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' }
}

function notifications({ errors, opaque }: Outcome, context: ReportContext, left: number) {
  const at = (file: string, line: number | undefined) => [
    {
      physicalLocation: {
        artifactLocation: artifact(file, context),
        ...(line === undefined ? {} : { region: { startLine: line } }),
      },
    },
  ]
  return [
    ...errors.map(({ file, line, message }) => ({
      descriptor: { id: unjudgedRule },
      level: 'error',
      message: { text: `Could not be judged: ${message}` },
      locations: at(file, line),
    })),
    ...opaque.map((place) => ({
      descriptor: { id: unreadRule },
      level: 'warning',
      message: { text: unreadText(place) },
      locations: at(place.file, place.line),
    })),
    ...(left > 0
      ? [{ descriptor: { id: 'left-out' }, level: 'warning', message: { text: `${left} findings of less weight were left out.` } }]
      : []),
  ]
}
