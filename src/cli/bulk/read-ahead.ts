/**
 * The same in the same order, of which the next one is made while this one is used: whoever waits for a database
 * meanwhile leaves the processor to it.
 */
export async function* readAhead<One>(source: AsyncGenerator<One>): AsyncGenerator<One> {
  let coming = source.next();
  try {
    for (;;) {
      const one = await coming;
      if (one.done === true) return;
      coming = source.next();
      // What it fails with is thrown once it is awaited, or is no longer wanted.
      coming.catch(() => undefined);
      yield one.value;
    }
  } finally {
    await source.return(undefined);
  }
}
