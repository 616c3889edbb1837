import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
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
const require = createRequire(import.meta.url)
// What reads ESLint's comments is small and comes with ESLint itself, where a plugin may not reach it: it is built in.
const builtIn = ['@eslint/plugin-kit', 'levn', 'prelude-ls', 'type-check']
const inside = {
  name: 'built in',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^(?:${builtIn.join('|')})$`) }, ({ path, resolveDir }) => ({
      path: require.resolve(path, { paths: [resolveDir] }),
    }))
  },
}
await build({
  ...shared,
  format: 'esm',
  plugins: [inside],
  // What both doors need, the rules above all, stands in chunks that they share.
  entryPoints: { index: 'src/index.ts', eslint: 'src/eslint/index.ts' },
  outExtension: { '.js': '.mjs' },
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  minifyWhitespace: true,
  minifySyntax: true,
})
// What a rehearsal starts as a process of its own, to run code of migrations in.
await build({
  ...shared,
  format: 'cjs',
  entryPoints: { 'sandbox-child': 'src/sandbox/runner/child/main.ts' },
  outExtension: { '.js': '.cjs' },
})
const licences = builtIn.map((name) => {
  const folder = join('node_modules', name)
  const file = readdirSync(folder).find((path) => /^licen[cs]e/i.test(path))
  return `${name} ${JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
})
writeFileSync('dist/licences.txt', `The packages that are built into eslint.mjs.\n\n${licences.join('\n\n')}`)
const tsc = require.resolve('typescript/bin/tsc')
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' })
writeFileSync('dist/package.json', '{ "type": "commonjs" }\n')
writeFileSync('dist/types/package.json', '{ "type": "module" }\n')
