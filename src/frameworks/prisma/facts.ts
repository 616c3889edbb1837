import type { Project } from '../../project/project.ts'
import type { Span } from '../../source/span.ts'
import type { History, ProjectFacts, Said } from '../framework.ts'
import { parentOf } from './discover.ts'

const push = /\bprisma\s+db\s+push\b/g
/** Scripts of package.json by which a deployment goes; `db:push` and the like are a developer's. */
const deploys =
  /^(?:pre|post)?(?:start|start:prod|start:production|deploy|release|build|vercel-build|heroku-postbuild|install|docker-start|migrate:prod|migrate:deploy)$/
const images = [
  '**/Dockerfile',
  '**/*.dockerfile',
  '**/Dockerfile.*',
  '**/docker-compose*.{yml,yaml}',
  '**/compose*.{yml,yaml}',
  '**/Procfile',
  '**/{entrypoint,docker-entrypoint,start}*.sh',
]
const elsewhere = /(?:^|[/._-])(?:test|tests|spec|e2e|dev|development|local|example|examples|ci)(?=[/._-]|$)/i

/** Whether the lock file and the schema name the same engine, and where a deployment pushes the schema past the migrations. */
export function facts(project: Project, history: History): ProjectFacts {
  const folder = history.directory
  const lockProvider = said(
    project,
    folder === '' ? 'migration_lock.toml' : `${folder}/migration_lock.toml`,
    /^\s*provider\s*=\s*"([^"\n]{1,40})"/m,
  )
  const schemaFiles = history.settings.schemaFiles
  const provider = (Array.isArray(schemaFiles) ? schemaFiles.filter((file): file is string => typeof file === 'string') : [])
    .map((file) => said(project, file, /^\s*datasource\s+\w+\s*\{[^}]{0,2000}?^\s*provider\s*=\s*"([^"\n]{1,40})"/m))
    .find((found) => found !== undefined)
  return {
    synchronize: [],
    runsAtStart: [],
    pushes: [...scripts(project, folder), ...imagesOf(project)],
    ...(lockProvider ? { lockProvider } : {}),
    ...(provider ? { provider } : {}),
  }
}

function said(project: Project, file: string, pattern: RegExp): Said<string> | undefined {
  const read = project.read(file)
  const match = 'text' in read ? pattern.exec(read.text) : null
  if (!match) return undefined
  const end = match.index + match[0].length
  return { value: match[1]!, span: { file, start: end - match[1]!.length - 2, end } }
}

function scripts(project: Project, folder: string): readonly Span[] {
  for (let at: string | undefined = folder; at !== undefined; at = parentOf(at)) {
    const file = at === '' ? 'package.json' : `${at}/package.json`
    const read = project.read(file)
    if (!('text' in read)) continue
    const found: Span[] = []
    for (const match of read.text.matchAll(/"([\w:.-]{1,60})"\s*:\s*"([^"\n]*\bprisma\s+db\s+push\b)/g)) {
      if (!deploys.test(match[1]!)) continue
      const end = match.index + match[0].length
      found.push({ file, start: end - 'prisma db push'.length, end })
    }
    return found
  }
  return []
}

function imagesOf(project: Project): readonly Span[] {
  return project.glob(images, ['**/{test,tests,e2e,examples,dev,.devcontainer}/**']).flatMap((file) => {
    const read = project.read(file)
    if (!('text' in read) || elsewhere.test(file)) return []
    return [...read.text.matchAll(push)]
      .filter((match) => !/^\s*#/.test(read.text.slice(read.text.lastIndexOf('\n', match.index) + 1)))
      .map((match) => ({ file, start: match.index, end: match.index + match[0].length }))
  })
}
