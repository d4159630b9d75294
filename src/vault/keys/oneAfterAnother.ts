/**
 * A line in which each piece of work begins when the one before it has ended, well or badly. Its caller gets what the work gives, or what it throws.
 */
export function oneAfterAnother(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined); // its own caller hears of it
    return turn;
  };
}
