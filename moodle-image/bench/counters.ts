import { closeSync, openSync, readSync, writeSync } from "node:fs";

/** Counters of native/delay-proxy.c and native/slow-files.c, in memory that they share with us through a file. */
abstract class Shared {
  private readonly descriptor: number;

  constructor(
    file: string,
    private readonly start: number,
  ) {
    this.descriptor = openSync(file, "r+");
  }

  protected get(position: number): number {
    const cell = Buffer.alloc(8);
    readSync(this.descriptor, cell, 0, 8, this.start + 8 * position);
    return Number(cell.readBigUInt64LE());
  }

  protected put(position: number, value: number): void {
    const cell = Buffer.alloc(8);
    cell.writeBigUInt64LE(BigInt(value));
    writeSync(this.descriptor, cell, 0, 8, this.start + 8 * position);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

export interface RouteCount {
  readonly trips: number;
  readonly bytes: number;
  readonly connections: number;
}

/** One route of the delay proxy. */
export class Route extends Shared {
  static readonly size = 5 * 8;

  constructor(file: string, index: number) {
    super(file, index * Route.size);
  }

  delay(microseconds: number): void {
    this.put(0, microseconds);
  }

  read(): RouteCount {
    return { trips: this.get(1), bytes: this.get(3), connections: this.get(4) };
  }
}

export interface FilesCount {
  readonly opens: number;
  readonly writes: number;
}

/** The shared folder of one side. */
export class SlowFiles extends Shared {
  constructor(file: string) {
    super(file, 0);
  }

  delay(readMicroseconds: number, writeMicroseconds: number): void {
    this.put(0, readMicroseconds);
    this.put(1, writeMicroseconds);
  }

  read(): FilesCount {
    return { opens: this.get(2), writes: this.get(3) };
  }
}
