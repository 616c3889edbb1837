import { SourceMap, type SourceMapPayload } from 'node:module'
import { posix } from 'node:path'
import { resolveModule } from '../../../javascript/resolve.ts'
import type { Project } from '../../../project/project.ts'
import type { Frame, ModuleText } from '../protocol.ts'

/** The files of a project that migrations load, as CommonJS. */
export interface Modules {
  readonly files: readonly ModuleText[]
  /** `importing file \n specifier` to the file that is meant, where Node would not find it by itself. All absolute. */
  readonly targets: readonly (readonly [string, string])[]
  /** Where a place in what runs stands in the project's own file; undefined: in no file of the project. */
  origin(frame: Frame): { readonly file: string; readonly line: number } | undefined
}

type Transformer = typeof import('oxc-transform')
let transformer: Transformer | undefined

// A const enum of the package, which cannot be named in isolated modules.
const externalHelpers = 'External' as import('oxc-transform').HelperMode
const script = /\.[cm]?[jt]sx?$/
const typed = /\.[cm]?tsx?$/
const modular = /^\s*(?:import\b(?!\s*\()|export\b)/m
/** Far more than any migration imports; a history that reaches an application's whole source stops here. */
const most = 5_000

/** Transpiles migrations and what they import from the project, each file once. Files that cannot be read or parsed are left to Node, which says why. */
export class Transpiler {
  readonly #project: Project
  readonly #root: string
  readonly #done = new Map<string, { readonly text: ModuleText; readonly maps: readonly SourceMap[] }>()
  readonly #targets = new Map<string, string>()

  /** `root` is the project's folder on disk, absolute. */
  constructor(project: Project, root: string) {
    this.#project = project
    this.#root = root
  }

  /** The absolute path of a file of the project. */
  absolute(path: string): string {
    return posix.join(this.#root.replaceAll('\\', '/'), path)
  }

  /** What has not been given yet of the files that `path` (relative to the root) reaches. */
  async reach(path: string): Promise<Modules> {
    transformer ??= await import('oxc-transform')
    const files: ModuleText[] = []
    const targets: (readonly [string, string])[] = []
    const queue = [path]
    for (let next = queue.pop(); next !== undefined && this.#done.size < most; next = queue.pop()) {
      if (this.#done.has(next)) continue
      const read = this.#project.read(next)
      if (!('text' in read)) continue
      const { code, maps, imports } = compile(transformer, next, read.text)
      const text = { path: this.absolute(next), code }
      this.#done.set(next, { text, maps })
      files.push(text)
      for (const specifier of imports) {
        const target = resolveModule(this.#project, next, specifier)
        if (target === undefined) continue
        const pair = [`${text.path}\n${specifier}`, this.absolute(target)] as const
        if (!this.#targets.has(pair[0])) targets.push(pair)
        this.#targets.set(...pair)
        if (script.test(target)) queue.push(target)
      }
    }
    return { files, targets, origin: (frame) => this.origin(frame) }
  }

  origin({ file, line, column }: Frame): { readonly file: string; readonly line: number } | undefined {
    const root = `${this.#root.replaceAll('\\', '/')}/`
    const place = file.replaceAll('\\', '/')
    if (!place.startsWith(root)) return undefined
    const path = place.slice(root.length)
    let at = { line, column }
    for (const map of this.#done.get(path)?.maps ?? []) {
      const entry = map.findEntry(at.line - 1, at.column - 1)
      if (!('originalLine' in entry)) return undefined
      at = { line: entry.originalLine + 1, column: entry.originalColumn + 1 }
    }
    return { file: path, line: at.line }
  }
}

interface Compiled {
  readonly code: string
  /** From the last step to the first. */
  readonly maps: readonly SourceMap[]
  readonly imports: readonly string[]
}

function compile(oxc: Transformer, path: string, text: string): Compiled {
  const maps: SourceMap[] = []
  let code = text
  const required = () => [...code.matchAll(/\brequire\(\s*['"]([^'"\n]+)['"]\s*\)/g)].map((match) => match[1]!)
  const keep = (map: unknown) => {
    if (map) maps.unshift(new SourceMap(map as SourceMapPayload))
  }
  if (typed.test(path) || modular.test(text)) {
    const decorator = { legacy: true, emitDecoratorMetadata: true }
    const plain = oxc.transformSync(path, text, { sourcemap: true, decorator, helpers: { mode: externalHelpers } })
    if (plain.code === '' && plain.errors.length > 0) return { code: refusal(path, plain.errors[0]!.message), maps, imports: [] }
    code = plain.code
    keep(plain.map)
  }
  if (!modular.test(code)) return { code, maps, imports: required() }
  const common = oxc.moduleRunnerTransformSync(path.replace(script, '.js'), code, { sourcemap: true })
  if (common.errors.length > 0) return { code: refusal(path, common.errors[0]!.message), maps, imports: [] }
  const imports = [...common.deps, ...common.dynamicDeps, ...required()]
  // In a block of its own: a module may declare __filename, __dirname and require itself, which are parameters around CommonJS.
  code = `${prelude(common.code)}{ ${synchronous(common.code)}\n}`
  keep(common.map)
  return { code, maps, imports }
}

/** A file that cannot be parsed fails when it is loaded, as it would for the tool. */
function refusal(path: string, message: string): string {
  return `throw new SyntaxError(${JSON.stringify(`${path}: ${message}`)})`
}

/** Loads are not awaited: `require` is there to load a module at once. */
function synchronous(code: string): string {
  return code.replace(/\bawait (__vite_ssr_import__\()/g, '$1')
}

/** Names that the transpiled text uses, on its first line so that all lines keep their numbers. */
function prelude(code: string): string {
  const own = ['const __surefoot_module = __surefoot_import(require, exports, __filename)']
  const names: readonly (readonly [string, string])[] = [
    ['__vite_ssr_exports__', 'exports'],
    ['__vite_ssr_import__', '__surefoot_module.load'],
    ['__vite_ssr_dynamic_import__', '__surefoot_module.later'],
    ['__vite_ssr_exportAll__', '__surefoot_module.all'],
    ['__vite_ssr_import_meta__', '__surefoot_module.meta'],
  ]
  for (const [name, value] of names) if (code.includes(name)) own.push(`const ${name} = ${value}`)
  return `${own.join('; ')}; `
}
