import { compareVersions } from '../dialects/dialect.ts'
import type { Judged } from '../lint/judged.ts'
import type { Verdict } from '../rule/finding.ts'
import type { Claim } from './experiment.ts'
import { experiments } from './experiments/registry.ts'
import { fails } from './judgements/fails.ts'
import type { Trial } from './trial.ts'

/** How messages say that a statement is refused whatever the rows are. */
const refusal = /\bfails: |\brefuses the statement\b/

/** The finding with what its experiment said; as it was where there is no experiment for what it says. */
export async function judged(finding: Judged, trial: Trial): Promise<Judged> {
  const experiment = experiments.get(finding.rule)
  if (finding.direction === 'down' && !experiment?.ofDown) return finding
  // A message that the server refuses the statement is shown by sending it, whatever else its rule is about.
  const refused =
    finding.direction !== 'down' && (refusal.test(finding.message) || (experiment && /^refused/i.test(finding.messageId ?? '')))
  if (!experiment && !refused) return finding
  const claim = await (refused ? fails(finding, trial) : experiment!.judge(finding, trial))
  const verdict = settle(claim, trial)
  return withVerdict(finding, verdict)
}

/** A confirmed finding is an observed one; a refuted one is kept, as information, and says so. */
export function withVerdict(finding: Judged, verdict: Verdict): Judged {
  if (verdict.verdict === 'confirmed') return { ...finding, evidence: 'observed', verdict }
  if (verdict.verdict === 'refuted') return { ...finding, severity: 'info', verdict }
  return { ...finding, verdict }
}

/** A claim as a verdict: what another engine or another major version showed decides nothing of this one. */
export function settle(claim: Claim, trial: Trial): Verdict {
  const on = ranOn(trial)
  const because = mayDecide(claim, trial)
  if (because !== undefined) return { verdict: 'not proven', because, on }
  return { ...claim, on }
}

/** `PostgreSQL 15.20 (binary), 20,000 rows a table, TimeZone = UTC`. */
function ranOn(trial: Trial): string {
  const { product, provider, settings } = trial.stage.engine
  const { rows: count, mild } = trial.base
  const rows = `${count.toLocaleString('en')} rows a table${mild && count > 0 ? ' without NULLs and with numerals for texts' : ''}`
  return [`${product} (${provider})`, rows, ...settings].join(', ')
}

function mayDecide(claim: Claim, { base, stage }: Trial): string | undefined {
  const { engine, read } = stage
  const wanted = read.load.dialect.name
  if (claim.verdict === 'not proven') return undefined
  if (claim.verdict === 'refuted' && base.rows === 0) return `only empty tables let the migration through: ${claim.because}`
  const maria = /mariadb/i.test(engine.product)
  if (wanted === 'mysql' && maria) return `${engine.product} ran, which is not MySQL. There it was: ${claim.because}`
  if (claim.verdict !== 'refuted') return undefined
  const declared = read.declaredVersion
  if (declared === undefined) return `the project does not say its server's version; on ${engine.product} ${claim.because}`
  const parts = wanted === 'postgres' ? 1 : 2
  if (compareVersions(engine.version.slice(0, parts), declared.slice(0, parts)) !== 0)
    return `${engine.product} ran, the project declares ${declared.join('.')}; there ${claim.because}`
  return undefined
}
