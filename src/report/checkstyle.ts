import type { Format } from './format.ts'
import { unjudgedRule, unreadRule, unreadText } from './words.ts'
import { attributes } from './xml.ts'

interface Row {
  readonly line: number
  readonly column?: number
  readonly severity: 'error' | 'warning' | 'info'
  readonly message: string
  readonly source: string
}

/** The report of Checkstyle, which many tools read: https://checkstyle.org/ (`XMLLogger`). */
export const checkstyle: Format = (outcome, context) => {
  const files = new Map<string, Row[]>()
  const add = (file: string, row: Row) => {
    const rows = files.get(file)
    if (rows) rows.push(row)
    else files.set(file, [row])
  }
  const source = (rule: string) => `surefoot.${rule}`
  for (const { file, line, message } of outcome.errors)
    add(file, { line: line ?? 1, severity: 'error', message: `Could not be judged: ${message}`, source: source(unjudgedRule) })
  for (const { file, line, column, severity, message, help, rule } of outcome.findings)
    add(file, { line, column, severity, message: `${message} ${help}`, source: source(rule) })
  for (const place of outcome.opaque)
    add(place.file, { line: place.line, severity: 'warning', message: unreadText(place), source: source(unreadRule) })
  const out = ['<?xml version="1.0" encoding="utf-8"?>', '<checkstyle version="4.3">']
  for (const [file, rows] of files) {
    out.push(`  <file${attributes({ name: context.inRepository(file) })}>`)
    for (const row of rows.toSorted((a, b) => a.line - b.line)) out.push(`    <error${attributes({ ...row })}/>`)
    out.push('  </file>')
  }
  return [...out, '</checkstyle>', ''].join('\n')
}
