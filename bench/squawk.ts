import { writeFileSync } from 'node:fs'
import { compareAll, outcomeOf, pairs, squawkCommand } from '../test/squawk-pairs.ts'

/** Writes what squawk says on our PostgreSQL fixtures and examples, beside what we say, to `squawk.md`: `npx tsx bench/squawk.ts`. */
const command = squawkCommand()
if (command === undefined) {
  console.error('squawk-cli has no binary here; nothing was compared')
  process.exit(2)
}
const compared = await compareAll(command)
const rows = pairs.map((pair) => ({ pair, ...outcomeOf(pair, compared) }))
const titles = (list: readonly { readonly title: string }[]) => list.map(({ title }) => `\n  - ${title.replaceAll('|', '\\|')}`).join('')

writeFileSync(
  new URL('squawk.md', import.meta.url),
  `# Beside squawk

Written by \`npx tsx bench/squawk.ts\`: ${compared.length} texts (\`fixtures/sql/postgres\` and the rules' own examples in SQL), judged by squawk-cli with
its default rules and by Surefoot in profile \`strict\`. A text counts once for a rule, however often it speaks. squawk is given the judged
file alone: it has no history.

| squawk | ours | both | only squawk | only ours | why squawk alone | why ours alone |
|---|---|--:|--:|--:|---|---|
${rows
  .map(
    ({ pair, both, onlySquawk, onlyOurs }) =>
      `| ${pair.squawk} | ${pair.ours.join(', ') || '–'} | ${both.length} | ${onlySquawk.length} | ${pair.ours.length === 0 ? '–' : onlyOurs.length} | ${onlySquawk.length > 0 ? (pair.theirs ?? '') : ''} | ${onlyOurs.length > 0 ? (pair.alone ?? '') : ''} |`,
  )
  .join('\n')}

## The texts where they differ
${rows
  .filter(({ pair, onlySquawk, onlyOurs }) => pair.ours.length > 0 && onlySquawk.length + onlyOurs.length > 0)
  .map(
    ({ pair, onlySquawk, onlyOurs }) =>
      `\n### ${pair.squawk} and ${pair.ours.join(', ')}\n${onlySquawk.length > 0 ? `\n- only squawk${titles(onlySquawk)}` : ''}${onlyOurs.length > 0 ? `\n- only ours${titles(onlyOurs)}` : ''}\n`,
  )
  .join('')}`,
)
