/** How long anything may take here that is not itself a measurement, in milliseconds. */
export const PATIENCE = 20_000;

/** @throws (rejects) Error with `what` unless the promise settles in time */
export async function within<T>(
  milliseconds: number,
  what: () => string,
  promise: Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`after ${milliseconds} ms: ${what()}`)),
      milliseconds,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
