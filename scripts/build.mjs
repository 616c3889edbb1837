import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { build } from 'esbuild'

// The command is bundled: loading hundreds of small modules costs more at start-up than the work they do. Packages stay outside, so that
// their own binaries and WASM are found where npm put them.
rmSync('dist', { recursive: true, force: true })
const shared = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  packages: 'external',
  outdir: 'dist',
  splitting: true,
  legalComments: 'none',
  chunkNames: 'chunks/[name]-[hash]',
}
await build({ ...shared, entryPoints: { surefoot: 'src/cli/main.ts', index: 'src/index.ts' } })
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' })
