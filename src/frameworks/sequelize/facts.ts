import type { Project } from '../../project/project.ts'
import type { History, ProjectFacts, Said } from '../framework.ts'

const starts = [
  '**/{index,app,server,main,db,database,sequelize,connection,connect,init,start,bootstrap,www,sync}.{js,ts,mjs,cjs,mts,cts}',
  '**/{models,database,db,loaders,config}/*.{js,ts,mjs,cjs,mts,cts}',
]
const passedOver = [
  '**/*.d.ts',
  '**/*.{spec,test}.*',
  '**/{test,tests,tester,testing,__tests__,e2e,examples,example,seeders,migrations}/**',
  '**/{dist,build,lib}/**',
]
const call =
  /\b(?:sequelize|db|connection|database|models)(?:\.(?:sequelize|connection))?\s*\.\s*sync\s*\(\s*\{[^{}]{0,200}?\b(force|alter)\s*:\s*true\b/gi
const depends = /NODE_ENV|\bis(?:Dev|Prod|Test|Local)\w*|\benvironment\b|:memory:|\bargv\b/i
const largest = 200_000

/** Where the application brings the schema in line with its models when it starts, whatever the environment: `sequelize.sync({ force: true })`. */
export function facts(project: Project, _history: History): ProjectFacts {
  const synchronize: Said<'alter' | 'force'>[] = []
  for (const file of project.glob(starts, passedOver)) {
    const read = project.read(file)
    if (!('text' in read) || read.text.length > largest || !/\.\s*sync\s*\(/.test(read.text)) continue
    const { text } = read
    for (const match of text.matchAll(call)) {
      const start = match.index
      const line = text.slice(text.lastIndexOf('\n', start) + 1, start)
      if (/^\s*(?:\/\/|\*|\/\*)|\/\/.*$/.test(line) || depends.test(text.slice(Math.max(0, start - 400), start))) continue
      if (isTestsAlone(project, file, text, start)) continue
      const value = match[1]!.toLowerCase() === 'force' ? 'force' : 'alter'
      synchronize.push({ value, span: { file, start, end: start + match[0].length } })
    }
  }
  return { synchronize, runsAtStart: [], pushes: [] }
}

/** Does the call stand in an exported function that nothing outside of tests calls? */
function isTestsAlone(project: Project, file: string, text: string, at: number): boolean {
  const before = text.slice(0, at)
  const exported = [...before.matchAll(/^export\s+(?:const|(?:async\s+)?function)\s+(\w+)/gm)].at(-1)
  if (exported === undefined || /^\}/m.test(before.slice(exported.index))) return false
  const calls = new RegExp(`(?<!function\\s+)\\b${exported[1]}\\s*\\(`)
  if (calls.test(text)) return false
  return !project.glob(['**/*.{js,ts,mjs,cjs,mts,cts}'], passedOver).some((path) => {
    const other = path === file ? undefined : project.read(path)
    return other !== undefined && 'text' in other && calls.test(other.text)
  })
}
