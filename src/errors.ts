/** The user's mistake: bad flag, bad configuration, unknown git ref. The message says what to do. Exit code 2, no stack; every other error is a bug of ours, with a stack and exit code 3. */
export class UserError extends Error {
  override readonly name = 'UserError'
}
