import type { ReportedHistory } from '../../lint/outcome.ts'
import { check } from '../../pipeline/check.ts'
import type { Project } from '../../project/project.ts'

/** The histories that a project has, as `check` finds them. */
export async function historiesIn(project: Project, version: string): Promise<readonly ReportedHistory[]> {
  const { outcome } = await check({
    project,
    projects: [{ runner: {}, boundByRunner: false }],
    rules: [],
    allRules: [],
    profile: 'safety',
    down: 'rollback',
    together: false,
    version,
  })
  return outcome.summary.histories
}
