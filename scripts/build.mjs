import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { parseSync } from 'oxc-parser'

// The command, the library and the plugin are one file: loading hundreds of small modules costs more at start-up than the work they do, and what two of
// them share exists once. It is CommonJS because Node starts that a sixth faster than a module, and loads its packages with require(), which does not
// wake the loader of modules. Packages stay outside, so that their own binaries and WASM are found where npm put them.
rmSync('dist', { recursive: true, force: true })
const require = createRequire(import.meta.url)
// What reads ESLint's comments is small and comes with ESLint itself, where a plugin may not reach it: it is built in. So is the JavaScript part of
// oxc-parser, a module whose loading takes longer than parsing a migration; its binary stays where npm put it.
// The readers of settings are built in too: as packages they take longer to load than what they read.
const asModules = ['smol-toml', 'valibot']
const builtIn = ['@eslint/plugin-kit', 'levn', 'oxc-parser', 'prelude-ls', 'type-check', ...asModules]
const inside = {
  name: 'built in',
  setup({ onLoad, onResolve }) {
    onLoad({ filter: /[\\/]oxc-parser[\\/]src-js[\\/].*\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', "createRequire(__filename).resolve('oxc-parser')"),
    }))
    // The folder of the whole project may be called `rules` as well.
    onLoad({ filter: /[\\/]rules[\\/][a-z-]+[\\/][a-z0-9-]+\.ts$/ }, ({ path }) =>
      path.startsWith(resolve('rules')) ? { contents: withoutExamples(path), loader: 'ts' } : undefined,
    )
    onResolve({ filter: new RegExp(`^(?:${builtIn.join('|')})$`) }, ({ path, resolveDir }) => ({
      path: asModules.includes(path) ? fileURLToPath(import.meta.resolve(path)) : require.resolve(path, { paths: [resolveDir] }),
    }))
  },
}
/** The examples of a rule are its tests and stand on its page: every start of the program would make them anew for nobody. */
function withoutExamples(path) {
  const text = readFileSync(path, 'utf8')
  const { properties } = parseSync(path, text).program.body.find(({ type }) => type === 'ExportDefaultDeclaration').declaration.arguments[0]
  const examples = properties.filter(({ key }) => key.name === 'bad' || key.name === 'good')
  return examples.reduceRight((left, { key, start, end }) => `${left.slice(0, start)}${key.name}: []${left.slice(end)}`, text)
}
const common = { bundle: true, platform: 'node', target: 'node20.19', packages: 'external', outdir: 'dist', legalComments: 'none' }
// The bundle has `__filename` where a module has `import.meta`.
// Stands for the name of the built program in its own text.
const unnamed = '@build@'
const script = {
  ...common,
  define: { buildOfProgram: JSON.stringify(unnamed) },
  format: 'cjs',
  minifyWhitespace: true,
  minifySyntax: true,
  logOverride: { 'empty-import-meta': 'silent' },
}
await build({ ...script, entryPoints: { program: 'src/cli/program.ts' }, plugins: [inside], supported: { 'dynamic-import': false } })
// The launcher reads the program as ASCII, which V8 takes in half the memory. esbuild escapes what is not, but in tagged templates.
const escaped = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
const program = readFileSync('dist/program.js', 'utf8').replace(/[^\0-\x7f]/g, escaped)
const id = createHash('sha256').update(program).digest('hex').slice(0, 12)
writeFileSync('dist/program.js', program.replace(unnamed, id))
await build({ ...script, entryPoints: { surefoot: 'src/cli/launch.ts' }, define: { build: JSON.stringify(id) } })
const { metafile } = await build({ ...common, format: 'esm', entryPoints: ['src/index.ts'], write: false, metafile: true })
const [{ exports: names }] = Object.values(metafile.outputs)
const door = "import { createRequire } from 'node:module'\nconst { library, plugin } = createRequire(import.meta.url)('./surefoot.js')\n"
writeFileSync('dist/index.mjs', `${door.replace(', plugin', '')}export const { ${names.join(', ')} } = library()\n`)
writeFileSync('dist/eslint.mjs', `${door.replace('library, ', '')}export default await plugin()\n`)
// What a rehearsal starts as a process of its own, to run code of migrations in.
await build({
  ...common,
  format: 'cjs',
  entryPoints: { 'sandbox-child': 'src/sandbox/runner/child/main.ts' },
  outExtension: { '.js': '.cjs' },
})
const licences = builtIn.map((name) => {
  const folder = join('node_modules', name)
  const file = readdirSync(folder).find((path) => /^licen[cs]e/i.test(path))
  return `${name} ${JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
})
writeFileSync('dist/licences.txt', `The packages that are built into program.js.\n\n${licences.join('\n\n')}`)
const tsc = require.resolve('typescript/bin/tsc')
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' })
writeFileSync('dist/package.json', '{ "type": "commonjs" }\n')
writeFileSync('dist/types/package.json', '{ "type": "module" }\n')
