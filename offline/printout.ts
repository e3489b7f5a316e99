/**
 * Shows each problem once.
 *
 * The engine prints an error beside its resource while it runs, and again under "Diagnostics:"; an inline program's
 * error it lists there twice, because the Automation API both logs and returns it. Everything else passes as it comes.
 */
export class Printout {
  private line = "";
  /** Lines of the section "Diagnostics:", held back until it is complete. */
  private section: string[] | undefined;

  constructor(private readonly write: (text: string) => void) {}

  take(text: string): void {
    const lines = (this.line + text).split("\n");
    this.line = lines.pop() ?? "";
    lines.forEach((line) => this.takeLine(line));
  }

  /** Lets go of what is held back. */
  end(): void {
    if (this.line !== "") {
      this.takeLine(this.line);
      this.line = "";
    }
    this.endSection();
  }

  private takeLine(line: string): void {
    const bare = withoutColour(line);
    if (this.section !== undefined) {
      if (bare === "" || bare.startsWith(" ")) {
        this.section.push(line);
        return;
      }
      this.endSection();
    }
    if (bare === "Diagnostics:") {
      this.section = [];
      this.write(`${line}\n`);
    } else if (!isRepeatedBelow(bare) && !isAboutHistory(bare)) {
      this.write(`${line}\n`);
    }
  }

  private endSection(): void {
    const lines = this.section;
    this.section = undefined;
    if (lines !== undefined) {
      distinct(lines).forEach((line) => this.write(`${line}\n`));
    }
  }
}

/** A row of the progress display that carries a message, like ` +  aws:ec2:Vpc main create error: ...`. */
function isRepeatedBelow(line: string): boolean {
  return /^ (\+ |~ |- |\+\+|\+-|--|  |> |<) .*\b(error|warning): /.test(line);
}

/** Text of the CLI after a destroy. It does not apply here: the stack goes too. */
function isAboutHistory(line: string): boolean {
  return /^(The resources in the stack have been deleted, but|If you want to remove the stack completely)/.test(line);
}

function withoutColour(line: string): string {
  return line.replace(/\u001b\[[\d;]*m/g, "");
}

interface Problem {
  readonly header: string;
  readonly lines: readonly string[];
  readonly message: string;
}

/** Removes repeated problems, stack frames of packages, and headers without content. */
function distinct(section: readonly string[]): string[] {
  const problems = parse(section).filter(({ message }) => !message.startsWith("One or more errors occurred"));
  const isOfStack = ({ header }: Problem) => header.includes("pulumi:pulumi:Stack");
  const kept = problems.filter(
    (problem, index) =>
      !problems.some(
        (other, place) =>
          other.message === problem.message &&
          place !== index &&
          // The one beside a resource says more than the one of the stack as a whole.
          (isOfStack(other) === isOfStack(problem) ? place < index : isOfStack(problem)),
      ),
  );
  // A problem that is only named by the stack's closing line must not vanish.
  const shown = kept.length > 0 ? kept : parse(section);
  const printed: string[] = [];
  let header: string | undefined;
  for (const problem of shown) {
    if (problem.header !== header) {
      printed.push(...(header === undefined ? [] : [""]), problem.header);
      header = problem.header;
    }
    printed.push(...problem.lines);
  }
  return [...printed, ""];
}

function parse(section: readonly string[]): Problem[] {
  const problems: { header: string; lines: string[]; message: string }[] = [];
  let header = "";
  for (const line of section) {
    const bare = withoutColour(line);
    if (/^ {2}\S.*:$/.test(bare)) {
      header = line;
    } else if (/^ {4}(error|warning|info|debug): /.test(bare)) {
      const message = bare
        .replace(/^ {4}\w+: /, "")
        .replace(/^Unhandled exception: /, "")
        .replace(/^Error: /, "");
      problems.push({ header, lines: [line], message });
    } else if (/^ +at .*(node_modules|node:)/.test(bare)) {
      continue;
    } else if (bare !== "" || problems.at(-1)?.header === header) {
      const current = problems.at(-1);
      if (current === undefined) {
        problems.push({ header, lines: [line], message: bare.trim() });
      } else {
        current.lines.push(line);
        current.message += /^ +at /.test(bare) || bare.trim() === "" ? "" : `\n${bare.trim()}`;
      }
    }
  }
  problems.forEach(({ lines }) => {
    while (lines.at(-1)?.trim() === "") {
      lines.pop();
    }
  });
  return problems;
}
