import type { ReportedFinding } from '../lint/outcome.ts'

/** Findings by their file, files in the order in which they come first. */
export function byFile(findings: readonly ReportedFinding[]): Map<string, ReportedFinding[]> {
  const files = new Map<string, ReportedFinding[]>()
  for (const finding of findings) {
    const there = files.get(finding.file)
    if (there) there.push(finding)
    else files.set(finding.file, [finding])
  }
  return files
}
