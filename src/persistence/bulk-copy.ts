import { setImmediate } from 'node:timers/promises';
import type { ClientBase, Connection, Submittable } from 'pg';
import { COPY_BEGIN, COPY_DONE, COPY_END, copyData } from './bulk-copy-fields';

/** Rows for one table, by `tableCopy`. */
export interface TableCopy {
  readonly table: string;
  readonly columns: string;
  readonly count: number;
  /** Some of them in COPY's binary format. */
  textOf(from: number, to: number): string;
}

/** What is made of so many rows is on its way before the next are made: neither side waits long for the other. */
const rowsAtOnce = 200;

/**
 * Rows for a table.
 *
 * @param columns names, separated by commas
 * @param textOf one of the rows, or several, each begun by `copyRowOf`
 */
export function tableCopy<Row>(
  table: string,
  columns: string,
  rows: readonly Row[],
  textOf: (row: Row) => string,
): TableCopy {
  return {
    table,
    columns,
    count: rows.length,
    textOf: (from, to) => rows.slice(from, to).map(textOf).join(''),
  };
}

/** Bytes as a column of COPY's text format. */
export function copyBytes(value: Buffer): string {
  return `\\\\x${value.toString('hex')}`;
}

/** Writes rows into tables by COPY, in this order, all of them or none. */
export async function copyTables(client: ClientBase, copies: readonly TableCopy[]): Promise<void> {
  const some = copies.filter(({ count }) => count > 0);
  if (some.length === 0) return;
  await new Promise<void>((done, fail) => {
    client.query(new CopySeries(some, done, fail));
  });
}

/**
 * Several COPYs as one query, so that the server goes from one table to the next without waiting for this process, which
 * makes the next rows meanwhile. What it still gets after it refused a row it passes over (Postgres manual,
 * "COPY Operations" of the message flow). The other methods are those that `Client` calls on a query.
 */
class CopySeries implements Submittable {
  #isOver = false;
  readonly #copies: readonly TableCopy[];
  readonly #done: () => void;
  readonly #fail: (error: Error) => void;

  constructor(copies: readonly TableCopy[], done: () => void, fail: (error: Error) => void) {
    this.#copies = copies;
    this.#done = done;
    this.#fail = fail;
  }

  submit(connection: Connection): void {
    connection.query(
      this.#copies
        .map(({ table, columns }) => `COPY ${table} (${columns}) FROM STDIN (FORMAT binary);`)
        .join(''),
    );
    this.#send(connection).catch((error: unknown) => {
      // The server waits for rows that will not come.
      connection.stream.destroy(error as Error);
    });
  }

  async #send(connection: Connection): Promise<void> {
    for (const copy of this.#copies) {
      connection.stream.write(copyData(COPY_BEGIN));
      for (let from = 0; from < copy.count; from += rowsAtOnce) {
        if (this.#isOver) return;
        connection.stream.write(copyData(copy.textOf(from, from + rowsAtOnce)));
        await setImmediate();
      }
      if (this.#isOver) return;
      connection.stream.write(copyData(COPY_END));
      connection.stream.write(COPY_DONE);
    }
  }

  handleCopyInResponse(): void {
    // What it asks for is on its way.
  }

  handleCommandComplete(): void {
    // One table is done; the last one is followed by `handleReadyForQuery`.
  }

  handleReadyForQuery(): void {
    this.#isOver = true;
    this.#done();
  }

  handleError(error: Error): void {
    this.#isOver = true;
    this.#fail(error);
  }
}
