/** The stack's output `signIn`. */
export interface SignIn {
  readonly address: string;
  readonly username: string;
  readonly secretArn: string;
  readonly passwordCommand: string;
}

/** Instructions for the first administrator's sign-in: the place of the password, never the password. */
export function signInLines({ address, username, secretArn, passwordCommand }: SignIn): readonly string[] {
  return [
    `Sign in:  ${address}`,
    `As:       ${username}`,
    `Password: in the secret ${secretArn}; this prints it:`,
    `          ${passwordCommand}`,
    "Moodle asks for a new password at once. No mail is needed. More: docs/first-sign-in.md",
  ];
}
