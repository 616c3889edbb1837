import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')

function tracked(...patterns: string[]): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...patterns], {
    cwd: root,
    encoding: 'utf8',
  })
  return listed.split('\0').filter((path) => path !== '')
}

function text(path: string): string {
  try {
    return readFileSync(join(root, path), 'utf8')
  } catch {
    return ''
  }
}

/** Which rooms each room may look into. `*` stands for one folder below. */
const mayLookInto: Readonly<Record<string, readonly string[]>> = {
  'src/source': [],
  'src/ir': ['src/source'],
  'src/project': ['src/source', 'src/errors.ts'],
  'src/schema': ['src/source', 'src/ir'],
  'src/sql': ['src/source', 'src/ir'],
  'src/javascript': ['src/source', 'src/ir', 'src/project'],
  'src/dialects/dialect.ts': ['src/source', 'src/ir', 'src/schema'],
  'src/dialects/*': ['src/source', 'src/ir', 'src/schema', 'src/sql', 'src/dialects/dialect.ts'],
  'src/frameworks/*': [
    'src/source',
    'src/project',
    'src/ir',
    'src/schema',
    'src/javascript',
    'src/sql',
    'src/dialects/dialect.ts',
    'src/frameworks',
  ],
  'src/rule': ['src/source', 'src/ir', 'src/schema', 'src/dialects/dialect.ts', 'src/frameworks/framework.ts'],
  rules: ['src/rule'],
  'src/lint': ['src/source', 'src/ir', 'src/schema', 'src/sql', 'src/dialects/dialect.ts', 'src/frameworks/framework.ts', 'src/rule'],
  'src/plan': [
    'src/source',
    'src/ir',
    'src/schema',
    'src/sql',
    'src/dialects/dialect.ts',
    'src/frameworks/framework.ts',
    'src/frameworks/writer.ts',
    'src/rule',
  ],
  'src/pipeline': [
    'src/plan',
    'src/source',
    'src/ir',
    'src/schema',
    'src/dialects',
    'src/frameworks',
    'src/rule',
    'src/lint',
    'src/project',
    'src/errors.ts',
    'src/version.ts',
  ],
  'src/sandbox': [
    'src/source',
    'src/ir',
    'src/schema',
    'src/sql',
    'src/dialects',
    'src/frameworks',
    'src/project',
    'src/javascript',
    'src/rule',
    'src/lint',
    'src/pipeline',
    'src/errors.ts',
    'src/version.ts',
  ],
  'src/eslint': ['src', 'rules'],
  'src/library': ['src', 'rules'],
  'src/stats': ['src/sandbox/packages.ts', 'src/errors.ts'],
  // What a migration does is a part of the outcome that has a file of its own.
  'src/report': ['src/source', 'src/rule', 'src/lint/outcome.ts', 'src/lint/described.ts'],
  'src/config': ['src/source', 'src/rule', 'src/dialects/dialect.ts', 'src/frameworks/framework.ts', 'src/ir/names.ts', 'src/errors.ts'],
  'src/cli': ['src', 'rules'],
}

/** The rooms of engines and frameworks stand side by side and do not look into each other. */
const sideBySide = [/^src\/dialects\/(\w+)\//, /^src\/frameworks\/([\w-]+)\//]

function roomOf(path: string): string {
  const [top, second, third] = path.split('/')
  if (top !== 'src') return top!
  const room = `src/${second}`
  if (second === 'dialects' || second === 'frameworks')
    return third?.endsWith('.ts') && mayLookInto[`${room}/${third}`] ? `${room}/${third}` : `${room}/*`
  return room
}

function importsOf(path: string): string[] {
  const source = text(path)
  const found = [
    ...source.matchAll(/^\s*(?:import|export)\s[^'"]*?from\s+['"](\.[^'"]+)['"]/gm),
    ...source.matchAll(/import\(\s*['"](\.[^'"]+)['"]\s*\)/g),
  ]
  return found.map((match) => relative(root, resolve(root, dirname(path), match[1]!)).replaceAll('\\', '/'))
}

describe('the house', () => {
  const sources = tracked('src/**/*.ts', 'rules/**/*.ts').filter((path) => text(path) !== '')

  it('lets a room look only into the rooms below it', () => {
    const breaches: string[] = []
    for (const path of sources) {
      if (path === 'rules/registry.ts' || path === 'src/index.ts') continue
      const allowed = mayLookInto[roomOf(path)]
      if (!allowed) continue
      const own = roomOf(path).replace(/\/\*$/, '')
      for (const target of importsOf(path)) {
        const inside = target === own || target.startsWith(`${own}/`)
        if (!inside && !allowed.some((room) => target === room || target.startsWith(`${room}/`)))
          breaches.push(`${path} looks into ${target}; ${roomOf(path)} may not.`)
        for (const row of sideBySide) {
          const mine = row.exec(path)?.[1]
          const theirs = row.exec(target)?.[1]
          if (mine !== undefined && theirs !== undefined && mine !== theirs)
            breaches.push(`${path} looks into ${target}; rooms side by side do not look into each other.`)
        }
      }
    }
    expect(breaches).toEqual([])
  })

  it('keeps every file within 400 lines', () => {
    const long = tracked('*.ts', '*.mts', '*.js', '*.mjs')
      .filter((path) => !path.startsWith('fixtures/'))
      .map((path) => ({ path, lines: text(path).split('\n').length - 1 }))
      .filter(({ lines }) => lines > 400)
    expect(long).toEqual([])
  })

  it('has no room without a name', () => {
    expect(
      tracked().filter(
        (path) => !path.startsWith('fixtures/') && /(^|\/)(utils?|helpers?|common|core|shared|misc)(\/|\.[mc]?[tj]s$)/.test(path),
      ),
    ).toEqual([])
  })

  it('reaches the disk only from the rooms that may', () => {
    const readers = sources.filter((path) => /from 'node:(fs|child_process|net|http|https)/.test(text(path)))
    expect(readers.filter((path) => !/^src\/(project|config|cli|sandbox|stats|eslint)\//.test(path))).toEqual([])
  })

  it('names every rule after its file', () => {
    const misnamed = sources
      .filter((path) => path.startsWith('rules/') && path !== 'rules/registry.ts')
      .filter((path) => !text(path).includes(`id: '${path.split('/').at(-1)!.replace('.ts', '')}'`))
    expect(misnamed).toEqual([])
  })

  it('says nothing of one machine', () => {
    const places = tracked().filter(
      (path) =>
        !path.startsWith('fixtures/') && !path.endsWith('.json') && /(^|[^A-Za-z0-9_.])\/(work|root|home)\/[A-Za-z0-9_.]/m.test(text(path)),
    )
    expect(places).toEqual([])
  })

  it('keeps its version in one place', () => {
    const { version, homepage } = JSON.parse(text('package.json')) as { version: string; homepage: string }
    expect(text('src/version.ts')).toContain(`'${version}'`)
    expect(text('src/version.ts')).toContain(`'${homepage}'`)
  })
})

describe('the generated files', () => {
  it('are fresh: npm run gen leaves no diff', () => {
    const generated = () => new Map(tracked('rules', 'README.md', 'schema').map((path) => [path, text(path)]))
    const before = generated()
    execFileSync(process.execPath, [join(root, 'node_modules/tsx/dist/cli.mjs'), join(root, 'scripts/generate.ts')], { cwd: root })
    const after = generated()
    expect([...after].filter(([path, content]) => before.get(path) !== content).map(([path]) => path)).toEqual([])
  }, 60_000)

  it('link only to what is there', () => {
    const broken: string[] = []
    for (const path of tracked('*.md')) {
      if (path.startsWith('fixtures/')) continue
      for (const match of text(path).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
        const target = relative(root, resolve(root, dirname(path), match[1]!))
        if (!tracked(target, `${target}/**`).length) broken.push(`${path}: ${match[1]}`)
      }
    }
    expect(broken).toEqual([])
  })
})
