/** The PostgreSQL that tests and scripts may make databases on, where one answers: that of `SUREFOOT_TEST_POSTGRES`, else the local one. */
export const postgresUrl = process.env.SUREFOOT_TEST_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432/postgres'

/** The same of MySQL or MariaDB: `SUREFOOT_TEST_MYSQL`. */
export const mysqlUrl = process.env.SUREFOOT_TEST_MYSQL ?? 'mysql://root@127.0.0.1:3306'

function partsOf(url: string, defaultPort: number) {
  const { hostname, port, username, password } = new URL(url)
  return { host: hostname, port: Number(port || defaultPort), user: decodeURIComponent(username), password: decodeURIComponent(password) }
}

/** How `pg` is told of the server; who does not answer soon is not there. */
export const postgresAddress = {
  ...partsOf(postgresUrl, 5432),
  database: decodeURIComponent(new URL(postgresUrl).pathname.slice(1)) || 'postgres',
  connectionTimeoutMillis: 2000,
}

/** How `mysql2` is told of the server. */
export const mysqlAddress = { ...partsOf(mysqlUrl, 3306), connectTimeout: 2000 }
