import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { build } from 'esbuild'

// The command is one file: loading hundreds of small modules costs more at start-up than the work they do. It is CommonJS because Node starts
// that a sixth faster than a module, and loads its packages with require(), which does not wake the loader of modules. Packages stay outside,
// so that their own binaries and WASM are found where npm put them.
rmSync('dist', { recursive: true, force: true })
const shared = { bundle: true, platform: 'node', target: 'node20.19', packages: 'external', outdir: 'dist', legalComments: 'none' }
// The bundled command has `__filename` where a module has `import.meta`.
const command = { ...shared, format: 'cjs', minifyWhitespace: true, minifySyntax: true, logOverride: { 'empty-import-meta': 'silent' } }
await build({ ...command, entryPoints: { program: 'src/cli/main.ts' }, supported: { 'dynamic-import': false } })
const id = createHash('sha256').update(readFileSync('dist/program.js')).digest('hex').slice(0, 12)
await build({ ...command, entryPoints: { surefoot: 'src/cli/launch.ts' }, define: { build: JSON.stringify(id) } })
await build({
  ...shared,
  format: 'esm',
  entryPoints: { index: 'src/index.ts' },
  outExtension: { '.js': '.mjs' },
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
})
// What a rehearsal starts as a process of its own, to run code of migrations in.
await build({
  ...shared,
  format: 'cjs',
  entryPoints: { 'sandbox-child': 'src/sandbox/runner/child/main.ts' },
  outExtension: { '.js': '.cjs' },
})
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' })
writeFileSync('dist/package.json', '{ "type": "commonjs" }\n')
writeFileSync('dist/types/package.json', '{ "type": "module" }\n')
