import { writeFileSync } from 'node:fs'
import { type Compared, compareAll, outcomeOf, pairs, squawkCommand } from '../test/squawk-pairs.ts'
import { comparePrisma } from './squawk-prisma.ts'

/**
 * Writes what squawk says on our PostgreSQL fixtures and examples, and on 500 Prisma migrations of public projects, beside what we say, to
 * `squawk.md`: `npx tsx bench/squawk.ts <folder of checkouts>`.
 */
const folder = process.argv[2] ?? process.env.SUREFOOT_CHECKOUTS
const command = squawkCommand()
if (command === undefined || folder === undefined) {
  console.error(command === undefined ? 'squawk-cli has no binary here; nothing was compared' : 'Which folder holds the checkouts?')
  process.exit(2)
}
const own = await compareAll(command)
const real = await comparePrisma(command, folder, 500)

writeFileSync(
  new URL('squawk.md', import.meta.url),
  `# Beside squawk

Written by \`npx tsx bench/squawk.ts <folder of checkouts>\`: squawk-cli with its default rules, and Surefoot in profile \`style\`. A text counts once for a rule,
however often it speaks. squawk is given the judged file alone: it has no history. What decides is said in the last two columns; it stands on the
fixtures (\`fixtures/sql/postgres\`, judged by hand) and on the locks and rewrites that \`fixtures/facts/postgres.json\` holds, which were measured.

## ${real.length} Prisma migrations of public projects

Evenly over the histories of langfuse, trigger.dev, documenso and umami.

${table(real)}

Read one by one, as far as they are not many of a kind: every file in which squawk alone asks for CONCURRENTLY, for NOT VALID or for a DEFAULT makes the table itself; the
table and the columns that it alone calls dropped were copied to their replacement by an earlier migration (\`TriggerSourceEvent\`, \`Document.created\`) or made in the same file
(\`temp_prices\`); the columns that it alone calls renamed were added a few lines before (\`prompts.json_prompt\`, \`TaskEvent.temporary_startTime\`). Where it alone asks for a
lock_timeout, nobody waits for a table that is in use (CONCURRENTLY, enum labels, new tables), or the project never sets one: Surefoot says that once for the
run, with the count (documenso, umami). No hazard was found there that Surefoot had missed.

### The places where one is silent

${places(real, 8)}
## ${own.length} texts of our own

\`fixtures/sql/postgres\` and the rules' own examples in SQL.

${table(own)}

### The texts where one is silent

${places(own, 12)}`,
)

function table(compared: readonly Compared[]): string {
  const rows = pairs
    .map((pair) => ({ pair, ...outcomeOf(pair, compared) }))
    .filter(({ both, onlySquawk, onlyOurs }) => both.length + onlySquawk.length + onlyOurs.length > 0)
    .map(({ pair, both, onlySquawk, onlyOurs }) => {
      const ours = pair.ours.length === 0 ? '–' : onlyOurs.length
      return `| ${pair.squawk} | ${pair.ours.join(', ') || '–'} | ${both.length} | ${onlySquawk.length} | ${ours} | ${onlySquawk.length > 0 ? (pair.theirs ?? '') : ''} | ${onlyOurs.length > 0 ? (pair.alone ?? '') : ''} |`
    })
  return [
    '| squawk | ours | both | only squawk | only ours | why squawk alone | why ours alone |',
    '|---|---|--:|--:|--:|---|---|',
    ...rows,
  ].join('\n')
}

/** Some of the texts of each pair, evenly; the counts above have them all. */
function places(compared: readonly Compared[], most: number): string {
  const list = (label: string, texts: readonly Compared[]) => {
    if (texts.length === 0) return ''
    const shown = Array.from(
      { length: Math.min(most, texts.length) },
      (_, i) => texts[Math.floor((i * texts.length) / Math.min(most, texts.length))]!,
    )
    const more = texts.length > shown.length ? ` (${shown.length} of ${texts.length})` : ''
    return `\n- ${label}${more}${shown.map(({ title }) => `\n  - ${title.replaceAll('|', '\\|')}`).join('')}`
  }
  return pairs
    .map((pair) => ({ pair, ...outcomeOf(pair, compared) }))
    .filter(({ pair, onlySquawk, onlyOurs }) => pair.ours.length > 0 && onlySquawk.length + onlyOurs.length > 0)
    .map(
      ({ pair, onlySquawk, onlyOurs }) =>
        `#### ${pair.squawk} and ${pair.ours.join(', ')}\n${list('only squawk', onlySquawk)}${list('only ours', onlyOurs)}\n\n`,
    )
    .join('')
}
