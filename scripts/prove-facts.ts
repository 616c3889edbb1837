import { courts } from './experiments/prove.ts'

/** `npm run prove-facts`: asks every server that can be reached whether the facts and experiments are so, and prints those that are not. */
const all = await courts()
for (const sentence of all.absent) console.log(`not asked: ${sentence}`)
let wrong = 0
for (const { server, claims, skipped, close } of all.courts) {
  const started = Date.now()
  const before = wrong
  for (const { id, text, ask } of claims) {
    const found = await ask().catch((error: unknown) => [error instanceof Error ? error.message : String(error)])
    if (found.length === 0) continue
    wrong++
    console.log(`${server}: ${id}: ${text}`)
    for (const line of found) console.log(`    ${line}`)
  }
  console.log(`${server}: ${claims.length} asked, ${wrong - before} disagree (${((Date.now() - started) / 1000).toFixed(1)} s)`)
  for (const line of skipped) console.log(`    skipped ${line}`)
  await close()
}
process.exitCode = wrong > 0 ? 1 : 0
