/** The stack's output `signIn`. */
export interface SignIn {
  readonly address: string;
  readonly username: string;
  readonly secretArn: string;
  readonly passwordCommand: string;
}

/** How the first administrator signs in: where the password is, and never the password. */
export function signInLines({ address, username, secretArn, passwordCommand }: SignIn): readonly string[] {
  return [
    `Sign in:  ${address}`,
    `As:       ${username}`,
    `Password: in the secret ${secretArn}; this prints it:`,
    `          ${passwordCommand}`,
    "Moodle asks for a new password at once. No mail is needed. More: docs/first-sign-in.md",
  ];
}
