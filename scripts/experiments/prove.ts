import { covers, type Experiment, type Fact, type FactFile, readExperiments, readFacts } from './fact.ts'
import * as mysql from './mysql.ts'
import * as postgres from './postgres.ts'

/** Something to be shown, and the question to the server whether it is so: in what it disagrees. */
export interface Claim {
  readonly id: string
  readonly text: string
  ask(): Promise<readonly string[]>
}

/** A server with what can be shown on it. */
export interface Court {
  readonly server: string
  readonly claims: readonly Claim[]
  /** What cannot be shown here, with the reason. */
  readonly skipped: readonly string[]
  close(): Promise<void>
}

/** Facts that share a database one after the other, so that it is made once. */
function inOrder(facts: readonly Fact[]): readonly Fact[] {
  const key = ({ first, session }: Fact) => `${first ?? ''} ${session ?? ''}`
  return [...facts].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
}

function courtOf(
  server: string,
  file: FactFile,
  experiments: readonly Experiment[],
  can: {
    readonly fact: (fact: Fact) => boolean
    readonly experiment: (experiment: Experiment) => boolean
    readonly proveFact: (fact: Fact) => Promise<readonly string[]>
    readonly proveExperiment: (experiment: Experiment) => Promise<readonly string[]>
    readonly close: () => Promise<void>
  },
): Court {
  const repeated = file.facts.filter((fact) => can.fact(fact) && fact.unrepeatable === undefined)
  const run = experiments.filter(can.experiment)
  return {
    server,
    claims: [
      ...run.map((each) => ({ id: each.path, text: each.claim, ask: () => can.proveExperiment(each) })),
      ...inOrder(repeated).map((fact) => ({ id: `fact ${fact.id}`, text: fact.statement, ask: () => can.proveFact(fact) })),
    ],
    skipped: [
      ...experiments.filter((each) => !can.experiment(each)).map((each) => `${each.path}: another version`),
      ...file.facts
        .filter((fact) => can.fact(fact) && fact.unrepeatable !== undefined)
        .map((fact) => `fact ${fact.id}: ${fact.unrepeatable}`),
    ],
    close: can.close,
  }
}

function postgresCourt(server: postgres.Server, embedded: boolean): Court {
  const file = readFacts('postgres')
  return courtOf(server.name, file, readExperiments('postgres'), {
    fact: (fact) => !(embedded && fact.needs === 'server'),
    experiment: ({ versions }) => covers(versions, server.version),
    proveFact: (fact) => postgres.proveFact(server, file, fact),
    proveExperiment: (experiment) => postgres.proveExperiment(server, experiment),
    close: async () => {
      await postgres.clear(server)
      await server.close()
    },
  })
}

/** Every server that can be reached, and a sentence for each that cannot. The embedded PostgreSQL is always there. */
export async function courts(): Promise<{ readonly courts: readonly Court[]; readonly absent: readonly string[] }> {
  const found: Court[] = [postgresCourt(await postgres.embeddedPostgres(), true)]
  const absent: string[] = []
  const local = await postgres.localPostgres()
  if (typeof local === 'string') absent.push(local)
  else found.push(postgresCourt(local, false))
  const server = await mysql.localMysql()
  if (typeof server === 'string') absent.push(server)
  else {
    const file = readFacts(server.engine)
    found.push(
      courtOf(server.name, file, server.engine === 'mariadb' ? readExperiments('mariadb') : [], {
        fact: (fact) => fact.on.some(({ versions }) => covers(versions, server.version)),
        experiment: ({ versions }) => covers(versions, server.version),
        proveFact: (fact) => mysql.proveFact(server, file, fact),
        proveExperiment: (experiment) => mysql.proveExperiment(server, experiment),
        close: async () => {
          await mysql.clear(server)
          await server.connection.end()
        },
      }),
    )
  }
  return { courts: found, absent }
}
