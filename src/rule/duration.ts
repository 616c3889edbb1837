const units: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }

/** A PostgreSQL duration setting in ms: `5s`, `'2000'`, `1 min`; a bare number counts ms. undefined when it cannot be read. */
export function durationOf(text: string): number | undefined {
  const match = /^\s*'?\s*(\d+(?:\.\d+)?)\s*(us|ms|s|min|h|d)?\s*'?\s*$/.exec(text)
  return match ? Number(match[1]) * units[match[2] ?? 'ms']! : undefined
}
