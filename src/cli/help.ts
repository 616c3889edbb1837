/** What `surefoot --help` prints. */
export const help = `surefoot: finds the hazards in database migrations before production does

  surefoot check [paths…]        judge the project's migrations, or only these
  surefoot rehearse [paths…]     run the flagged migrations, or these, on a throwaway database
  surefoot comment <outcome>     what check --detail --format json=<outcome> wrote, as the comment of the pull or merge request that the job runs
                                 for (GitHub Actions, GitLab), over the last one; --dry-run prints it, --key <name> tells several apart
  surefoot baseline [--prune]    write the findings of today to surefoot.baseline.json, which every run leaves out from then on; --prune takes
                                 out what is gone and adds nothing
  surefoot init [--dry-run]      write configuration, commit hook and workflow for what is found here
  surefoot explain <rule>        a rule's page
  surefoot rules                 all rules, one line each
  surefoot stats <url>           asks a database how large its tables are and writes surefoot.stats.json: severities follow it then;
                                 --out <file>; <url> is postgres://…, mysql://…, mariadb://… or an SQLite file

What to judge
  --since <ref>                  migrations changed since the merge base with <ref>
  --staged                       migrations in the git index, with the text from the index
  --stdin --stdin-filename <p>   one migration from standard input
  --dialect <name>               postgres, mysql, mariadb, sqlite; chooses where several histories are found
  --server-version <version>     16, 8.0.36 …; the latest known when absent
  --framework <name>             sequelize, typeorm, prisma, knex, drizzle, raw-sql
  --config <file>                instead of surefoot.config.{ts,mts,js,mjs} or surefoot.json
  --cwd <folder>                 run as if started there
  --no-cache                     read every migration anew, and keep nothing for the next run

How to judge
  --profile <name>               safety (default), strict, style
  --no-baseline                  also report what surefoot.baseline.json lists
  --down <how>                   rollback (default): what breaks an undo; full: judge down like up
  --rule <id>=<severity>         off, info, warning, error; may be repeated

How to mend them (check)
  --fix                          change what can be changed without a decision: the files, and what is left is reported. Not in migrations
                                 that are deployed: those up to "baseline", and with --since those that the base has. A file that is
                                 staged otherwise than it is on disk stays; what --staged mends is not staged
  --dry-run                      print the changes as a unified diff, and the report to standard error; write nothing
  --suggestions                  also change what decides something, such as a rollback without the rows that it cannot bring back
  --force                        also in migrations that are deployed, or may be

How to run them (rehearse, check --prove)
  --prove                        check: run what the findings need, and say what was seen
  --engine <url|name>            a server to make throwaway databases on, or binary, pglite, sql.js …; the best at hand when absent
  --allow-remote                 a server that is not on this machine may be used
  --rows <n>                     rows a table (20000)
  --timeout <seconds>            for one run of one migration (60)
  --all                          every judged migration, not only those with findings
  --base <schema.sql>            the schema that the history stands on, instead of running the history
  --seed <rows.sql>              rows of your own, put where the history ends; where there are fewer than --rows, others are made up
  --clean                        only remove what killed runs left, on this machine and on the server of --engine
  --env <name>                   an environment variable that the migration may see; may be repeated

What to do with it
  --format <name>[=<file>]       stylish (default), json, jsonl, sarif, github, gitlab, junit, checkstyle, markdown, html; may be
                                 repeated, all but one with a file: --format stylish --format sarif=surefoot.sarif
  --output-file <file>           where the format without a file goes, instead of the screen
  --with-fixes                   json, jsonl, sarif: also how each finding can be mended, each change tried by itself
  --detail                       json, jsonl: also what each migration does, locks and changes, and whether it can be undone
  --suppressed                   stylish: also list what is suppressed, and why; sarif: also give it, with its suppressions (GitHub shows
                                 such results as open alerts: not for an upload there)
  --unknown <what>               statements that could not be read: allow, warn (default), block
  --max-warnings <n>             fail when there are more
  --verbose                      also say why each framework, dialect and order was chosen
  --print-config                 the configuration as it is understood
  --color, --no-color            instead of asking the terminal (NO_COLOR and FORCE_COLOR are honoured)
  --version, --help

Exit: 0 fine; 1 a finding of severity error, or a threshold passed, or an input that could not be judged; 2 a mistake in the call; 3 our bug;
130 or 143 a rehearsal that was stopped, when nothing of it is left.
check runs nothing of yours and sends nothing anywhere; comment talks to the API of GitHub or GitLab alone; stats asks the database that you name, and
nobody else; rehearse runs migrations on throwaway databases, in a process without your environment, files and network.
`
