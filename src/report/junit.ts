import type { Outcome, ReportedFinding } from '../lint/outcome.ts'
import type { Format, ReportContext } from './format.ts'
import { count, unjudgedRule, unreadRule, unreadText } from './words.ts'
import { attributes, xml } from './xml.ts'

/** One test: what it is called, where it is, and how it ended. */
interface Case {
  readonly name: string
  readonly ended?: { readonly how: 'failure' | 'error' | 'skipped'; readonly type: string; readonly message: string; readonly text: string }
}

/**
 * A test report in the form that Jenkins, GitLab and others read (the plug-in's `junit-10.xsd`): a suite for every file with something to
 * say, a test for each finding (an `info` passes, with its text), unread statement (skipped) and input that could not be judged (an error).
 * A run with nothing to say is one test that passed.
 */
export const junit: Format = (outcome, context) => {
  const suites = [...suitesOf(outcome, context)]
  const { migrations, milliseconds } = outcome.summary
  if (suites.length === 0) suites.push(['surefoot', [{ name: `${count(migrations, 'migration')} judged, no findings` }]])
  const all = suites.flatMap(([, cases]) => cases)
  const time = (milliseconds / 1000).toFixed(3)
  const { tests, failures, errors } = sumsOf(all)
  const out = ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites${attributes({ name: 'surefoot', tests, failures, errors, time })}>`]
  for (const [name, cases] of suites) {
    out.push(`  <testsuite${attributes({ name, ...sumsOf(cases), ...(name === 'surefoot' ? {} : { file: name }) })}>`)
    for (const { name: test, ended } of cases) {
      const head = `    <testcase${attributes({ name: test, classname: name, time: '0' })}`
      if (!ended) out.push(`${head}/>`)
      else {
        const { how, type, message, text } = ended
        out.push(`${head}>`, `      <${how}${attributes({ type, message })}>${xml(text)}</${how}>`, '    </testcase>')
      }
    }
    out.push('  </testsuite>')
  }
  return [...out, '</testsuites>', ''].join('\n')
}

function suitesOf(outcome: Outcome, context: ReportContext): Map<string, Case[]> {
  const suites = new Map<string, Case[]>()
  const add = (file: string, test: Case) => {
    const name = context.inRepository(file)
    const suite = suites.get(name)
    if (suite) suite.push(test)
    else suites.set(name, [test])
  }
  for (const { file, line, message } of outcome.errors) {
    const ended = { how: 'error' as const, type: unjudgedRule, message, text: message }
    add(file, { name: line === undefined ? unjudgedRule : `${unjudgedRule} at line ${line}`, ended })
  }
  for (const finding of outcome.findings) add(finding.file, caseOf(finding, context))
  for (const place of outcome.opaque) {
    const message = unreadText(place)
    add(place.file, { name: `${unreadRule} at line ${place.line}`, ended: { how: 'skipped', type: unreadRule, message, text: message } })
  }
  return suites
}

function caseOf(finding: ReportedFinding, context: ReportContext): Case {
  const { rule, severity, message, help, file, line, column, url } = finding
  const name = `${rule} at ${line}:${column}`
  if (severity === 'info') return { name: `${name} (info): ${message}` }
  const text = `${context.inRepository(file)}:${line}:${column}\n${message}\nHelp: ${help}\n${url}`
  return { name, ended: { how: 'failure', type: severity, message, text } }
}

function sumsOf(cases: readonly Case[]) {
  const ended = (how: string) => cases.filter((test) => test.ended?.how === how).length
  return { tests: cases.length, failures: ended('failure'), errors: ended('error'), skipped: ended('skipped') }
}
