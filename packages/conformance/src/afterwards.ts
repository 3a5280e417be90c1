/** Does one thing and then, whatever came of it, another; throws what went wrong first. */
export async function afterwards(work: () => Promise<void>, cleanUp: () => Promise<void> | void): Promise<void> {
  try {
    await work();
  } catch (error) {
    try {
      await cleanUp();
    } catch {
      // Cleaning up after a failure may well fail too; the first failure is the one to tell.
    }
    throw error;
  }
  await cleanUp();
}
