import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { build } from 'esbuild'

// The command is one file: loading hundreds of small modules costs more at start-up than the work they do. It is CommonJS because Node starts
// that a sixth faster than a module. Packages stay outside, so that their own binaries and WASM are found where npm put them.
rmSync('dist', { recursive: true, force: true })
const shared = { bundle: true, platform: 'node', target: 'node20.19', packages: 'external', outdir: 'dist', legalComments: 'none' }
await build({ ...shared, format: 'cjs', entryPoints: { surefoot: 'src/cli/main.ts' }, minifyWhitespace: true, minifySyntax: true })
await build({
  ...shared,
  format: 'esm',
  entryPoints: { index: 'src/index.ts' },
  outExtension: { '.js': '.mjs' },
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
})
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' })
writeFileSync('dist/package.json', '{ "type": "commonjs" }\n')
writeFileSync('dist/types/package.json', '{ "type": "module" }\n')
