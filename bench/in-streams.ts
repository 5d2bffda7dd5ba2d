/** How many logins, or bare Updates, are under way at once wherever throughput is spoken of. */
const inFlight = 10;

/** Runs the same stream ten times over at once; when one fails, its error is thrown after all have ended. */
export async function inStreams(stream: () => Promise<void>): Promise<void> {
  const ended = await Promise.allSettled(Array.from({ length: inFlight }, stream));
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
