import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const run = (...args) => spawnSync(process.execPath, [join(root, 'dist/surefoot.js'), ...args], { stdio: 'inherit' }).status

process.stdout.write('$ surefoot check            (a small Sequelize project with five migrations)\n')
const status = run('check', '--cwd', join(root, 'fixtures/projects/demo'))
process.stdout.write(
  `\n(exit code ${status})\n\n$ surefoot rehearse         (the same migrations, run on PGlite: a PostgreSQL inside this Node)\n`,
)
const rehearsed = run('rehearse', '--engine', 'pglite', '--cwd', join(root, 'fixtures/projects/demo'))
process.stdout.write(`\n(exit code ${rehearsed})\n\n$ surefoot explain index-not-concurrent\n\n`)
const explained = run('explain', 'index-not-concurrent')
// The example is full of hazards: finding them is what the demo is for.
process.exitCode = status === 1 && rehearsed === 1 && explained === 0 ? 0 : 1
