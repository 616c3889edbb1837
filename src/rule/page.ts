import type { Example, Rule } from './define.ts'

const names = { postgres: 'PostgreSQL', mysql: 'MySQL', mariadb: 'MariaDB', sqlite: 'SQLite' } as const

function codeOf(example: Example): { readonly language: string; readonly text: string } {
  if (example.sql !== undefined) return { language: 'sql', text: example.sql }
  if (example.prisma !== undefined) return { language: 'sql', text: example.prisma }
  if (example.sequelize !== undefined) return { language: 'js', text: example.sequelize }
  if (example.typeorm !== undefined) return { language: 'ts', text: example.typeorm }
  if (example.knex !== undefined) return { language: 'js', text: example.knex }
  return { language: example.framework === 'typeorm' ? 'ts' : 'js', text: example.file ?? '' }
}

function dedent(text: string): string {
  const lines = text.replace(/^\n+|\s+$/g, '').split('\n')
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length)
  const indent = Math.min(...indents)
  return lines.map((line) => line.slice(indent)).join('\n')
}

function exampleBlock(example: Example): string[] {
  const { language, text } = codeOf(example)
  const out: string[] = []
  const form =
    example.sequelize !== undefined
      ? ', Sequelize'
      : example.typeorm !== undefined
        ? ', TypeORM'
        : example.knex !== undefined
          ? ', Knex'
          : example.prisma !== undefined
            ? ', Prisma'
            : ''
  out.push(`${example.title ?? 'For example'} (${names[example.on]}${example.version ? ` ${example.version}` : ''}${form}):`, '')
  const before = (example.history ?? []).map((step) => dedent(step))
  const comment = language === 'sql' ? '--' : '//'
  const parts = before.length > 0 ? [`${comment} earlier migrations`, ...before, '', `${comment} this migration`] : []
  out.push(`\`\`\`${language}`, ...parts, dedent(text))
  if (example.down !== undefined && example.down.trim() !== '') out.push('', `${comment} down`, dedent(example.down))
  out.push('```', '')
  const others = [
    ...Object.entries(example.files ?? {}).map(([path, content]) => [`beside it, ${path}`, path, content] as const),
    ...Object.entries(example.base ?? {}).map(
      ([path, content]) => [`in the branch that this one was made from, ${path}`, path, content] as const,
    ),
  ]
  for (const [where, path, content] of others)
    out.push(`${where}:`, '', `\`\`\`${path.slice(path.lastIndexOf('.') + 1)}`, dedent(content), '```', '')
  return out
}

/** What the statement of an example costs on some versions of an engine. */
export interface CostRow {
  readonly engine: keyof typeof names
  readonly from: string
  readonly to: string
  readonly statement: string
  readonly language: 'sql' | 'ts'
  /** The lock's mode, with the algorithm in front of it where the engine has several. */
  readonly lock: string
  /** What waits, in words. */
  readonly waits: string
  /** What becomes of the table, in words. */
  readonly table: string
  readonly cite: string
}

/** What runs of a rule's own examples show. */
export interface Drawn {
  /** The finding of the first example as the terminal draws it. */
  readonly screen: string
  /** Oldest version first, engine by engine; empty: the rule is not about a cost. */
  readonly costs: readonly CostRow[]
  /** What `--fix` makes of the first example that it can mend; absent: of none. */
  readonly fix?: { readonly diff: string; readonly keeps: 'meaning' | 'structure' }
}

function costTable(costs: readonly CostRow[]): string[] {
  if (costs.length === 0) return []
  const out = ['## What the statement costs, by version', '']
  for (const engine of new Set(costs.map((row) => row.engine))) {
    const rows = costs.filter((row) => row.engine === engine)
    out.push(`${names[engine]}:`, '', `\`\`\`${rows[0]!.language}`, dedent(rows[0]!.statement), '```', '')
    out.push('| version | lock | waits | table | from |', '|---|---|---|---|---|')
    for (const { from, to, lock, waits, table, cite } of rows)
      out.push(`| ${from === to ? from : `${from}–${to}`} | ${lock} | ${waits} | ${table} | ${cite} |`)
    out.push('')
  }
  return out
}

function fixed({ diff, keeps }: NonNullable<Drawn['fix']>): string[] {
  const how =
    keeps === 'meaning'
      ? '`surefoot check --fix` and `eslint --fix` write this'
      : 'A suggestion: `surefoot check --fix --suggestions` and the editor write this'
  return ['## Fix', '', `${how}, where the result is judged to be no worse:`, '', '```diff', diff.trimEnd(), '```', '']
}

/** The documentation of a rule as Markdown; `drawn` adds what is known when its examples were run. */
export function rulePage(rule: Rule, drawn?: Drawn): string {
  const out = [
    `# ${rule.id}`,
    '',
    `**${rule.title}.** Severity ${rule.severity}; profile \`${rule.profile}\`; ${rule.dialects.map((dialect) => names[dialect]).join(', ')}; since ${rule.since}.`,
    '',
    `In profile \`${rule.profile}\` because: ${rule.profileBecause}`,
    '',
    rule.why,
    '',
    '## Instead',
    '',
    rule.instead,
    '',
    '## When it does not matter',
    '',
    rule.unless,
    '',
    '## What it reports',
    '',
  ]
  rule.bad.forEach((example, at) => {
    out.push(...exampleBlock(example))
    if (at === 0 && drawn) out.push('The terminal shows:', '', '```', drawn.screen, '```', '')
  })
  if (drawn) out.push(...costTable(drawn.costs))
  if (drawn?.fix) out.push(...fixed(drawn.fix))
  out.push('## What it leaves alone', '')
  for (const example of rule.good) out.push(...exampleBlock(example))
  if (rule.options !== undefined && Object.keys(rule.options).length > 0) {
    out.push('## Options', '', '```json', JSON.stringify(rule.options, undefined, 2), '```', '')
    if (rule.profile === 'style')
      out.push('`allow` has the names that it lets pass, as its messages give them; `*` stands for any text: `legacy_*`.', '')
  }
  out.push('## Sources', '', ...rule.sources.map((source) => `- ${source}`), '')
  if (rule.equivalents.length > 0) out.push('## What other linters call it', '', ...rule.equivalents.map((id) => `- \`${id}\``), '')
  return out.join('\n')
}

/** The table of all rules for the README. */
export function ruleTable(rules: readonly { readonly rule: Rule; readonly file: string }[]): string {
  const rows = rules.map(
    ({ rule, file }) => `| [\`${rule.id}\`](${file.replace(/\.ts$/, '.md')}) | ${rule.severity} | ${rule.profile} | ${rule.title} |`,
  )
  return ['| rule | severity | profile | hazard |', '|---|---|---|---|', ...rows, ''].join('\n')
}
