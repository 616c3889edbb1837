import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// In the bundled command there is `__filename`, in a module `import.meta.url`.
const here = dirname(typeof __filename === 'string' ? __filename : fileURLToPath(import.meta.url))

let made: Promise<string> | undefined

/** The program that the child process runs: built beside the command; from sources it is built on first use, into a temporary folder. */
export function childProgram(): Promise<string> {
  for (const folder of [here, dirname(here)]) {
    const built = join(folder, 'sandbox-child.cjs')
    if (existsSync(built)) return Promise.resolve(built)
  }
  made ??= build()
  return made
}

async function build(): Promise<string> {
  const { build: bundle } = await import('esbuild')
  const folder = mkdtempSync(join(tmpdir(), `surefoot-${process.pid}-child-`))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const outfile = join(folder, 'sandbox-child.cjs')
  const entry = join(here, '..', 'child', 'main.ts')
  await bundle({ entryPoints: [entry], outfile, bundle: true, platform: 'node', target: 'node20.19', format: 'cjs', logLevel: 'silent' })
  return outfile
}
