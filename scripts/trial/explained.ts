/**
 * Where a run and the rules differ and both are right: the example's name, as the trial prints it, and why. A reason stands here only when somebody has looked at
 * the run.
 */
const reasons: Readonly<Record<string, string>> = {}

/** Why a run may speak against an example; undefined: it may not. */
export function explained(name: string): string | undefined {
  return reasons[name]
}
