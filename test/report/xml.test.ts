import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../src/lint/outcome.ts'
import { checkstyle } from '../../src/report/checkstyle.ts'
import type { Format } from '../../src/report/format.ts'
import { junit } from '../../src/report/junit.ts'
import { context, finding, hostile, nasty, outcome } from './outcomes.ts'

interface Node {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Node[]
  readonly text: string
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  preserveOrder: true,
  trimValues: false,
  htmlEntities: true,
})

/** The parser's own tree, as plain nodes. */
function nodes(parsed: readonly Record<string, unknown>[]): readonly Node[] {
  return parsed.flatMap((entry) => {
    const name = Object.keys(entry).find((key) => key !== ':@')!
    if (name === '#text' || name.startsWith('?')) return []
    const inner = entry[name] as readonly Record<string, unknown>[]
    const text = inner.map((child) => (typeof child['#text'] === 'string' ? child['#text'] : '')).join('')
    return [{ name, attributes: (entry[':@'] ?? {}) as Record<string, string>, children: nodes(inner), text }]
  })
}

function read(format: Format, what: Outcome): Node {
  const text = format(what, context())
  expect(XMLValidator.validate(text)).toBe(true)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML does not have them
  expect(text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]|[\ud800-\udfff]/u)
  const [root, ...more] = nodes(parser.parse(text) as Record<string, unknown>[])
  expect(more).toEqual([])
  return root!
}

/** Of each element: the attributes that it must have, those that it may have, and its children. */
type Grammar = Readonly<
  Record<string, { readonly must: readonly string[]; readonly may: readonly string[]; readonly holds: readonly string[] }>
>

function breaches(node: Node, grammar: Grammar): readonly string[] {
  const { must, may, holds } = grammar[node.name]!
  const given = Object.keys(node.attributes)
  return [
    ...must.filter((name) => !given.includes(name)).map((name) => `${node.name} lacks ${name}`),
    ...given.filter((name) => !must.includes(name) && !may.includes(name)).map((name) => `${node.name} has ${name}`),
    ...node.children.flatMap((child) => (holds.includes(child.name) ? breaches(child, grammar) : [`${node.name} holds ${child.name}`])),
  ]
}

/** What junit-10.xsd of Jenkins' xUnit plug-in allows, as far as it concerns a report of ours. */
const ending = { must: [], may: ['type', 'message'], holds: [] }
const junitGrammar: Grammar = {
  testsuites: { must: [], may: ['name', 'time', 'tests', 'failures', 'errors'], holds: ['testsuite'] },
  testsuite: {
    must: ['name', 'tests', 'failures', 'errors'],
    may: ['time', 'skipped', 'timestamp', 'hostname', 'id', 'package', 'file', 'log', 'url', 'group'],
    holds: ['testsuite', 'properties', 'testcase', 'system-out', 'system-err'],
  },
  testcase: { must: ['name'], may: ['time', 'classname', 'group'], holds: ['skipped', 'error', 'failure', 'system-out', 'system-err'] },
  failure: ending,
  error: ending,
  skipped: ending,
}

/** https://github.com/checkstyle/checkstyle, XMLLogger: what it writes. */
const checkstyleGrammar: Grammar = {
  checkstyle: { must: ['version'], may: [], holds: ['file'] },
  file: { must: ['name'], may: [], holds: ['error'] },
  error: { must: ['line', 'severity', 'message', 'source'], may: ['column'], holds: [] },
}

/** A user's text after a way through XML: what XML does not have is replaced. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
const survived = nasty.replace(/[\u0000\u001b]|[\ud800-\udfff]/gu, '\ufffd')

describe('junit', () => {
  it('is what the schema of its readers says', () => {
    for (const what of [hostile, outcome({}), outcome({ findings: [finding] })])
      expect(breaches(read(junit, what), junitGrammar)).toEqual([])
  })

  it('counts what it says', () => {
    const root = read(junit, hostile)
    const cases = root.children.flatMap((suite) => suite.children)
    expect(cases).toHaveLength(6)
    expect(root.attributes).toMatchObject({ tests: '6', failures: '2', errors: '2' })
    for (const suite of root.children) {
      expect(Number(suite.attributes.tests)).toBe(suite.children.length)
      for (const [how, name] of [
        ['failure', 'failures'],
        ['error', 'errors'],
        ['skipped', 'skipped'],
      ] as const)
        expect(Number(suite.attributes[name])).toBe(
          suite.children.filter(({ children }) => children.some((end) => end.name === how)).length,
        )
    }
  })

  it('loses no word of a message', () => {
    const ends = read(junit, hostile).children.flatMap((suite) => suite.children.flatMap(({ children }) => children))
    const failure = ends.find(({ name }) => name === 'failure')!
    expect(failure.attributes).toMatchObject({ type: 'error', message: survived })
    expect(failure.text).toContain(survived)
  })

  it('is one test that passed when there is nothing to say', () => {
    const [suite] = read(junit, outcome({}, { migrations: 3 })).children
    expect(suite?.children).toEqual([
      {
        name: 'testcase',
        attributes: { name: '3 migrations judged, no findings', classname: 'surefoot', time: '0' },
        children: [],
        text: '',
      },
    ])
  })
})

describe('checkstyle', () => {
  it('is what Checkstyle writes', () => {
    for (const what of [hostile, outcome({})]) expect(breaches(read(checkstyle, what), checkstyleGrammar)).toEqual([])
  })

  it('lists by file and line, with severities that its readers know', () => {
    const root = read(checkstyle, hostile)
    const errors = root.children.flatMap((file) => file.children.map(({ attributes }) => attributes))
    expect(errors.map(({ severity }) => severity).sort()).toEqual(['error', 'error', 'error', 'info', 'warning', 'warning'])
    for (const file of root.children) {
      const lines = file.children.map(({ attributes }) => Number(attributes.line))
      expect(lines).toEqual(lines.toSorted((a, b) => a - b))
    }
    expect(errors.find(({ source }) => source === 'surefoot.not-read')?.message).toContain(survived)
    expect(errors.find(({ source }) => source === 'surefoot.index-not-concurrent')).toMatchObject({ line: '2', column: '1' })
  })
})
