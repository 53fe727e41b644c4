/** Something that will happen at a time. */
export interface Pending<T> {
  readonly at: number;
  /** Breaks ties: first in, first out. */
  readonly order: number;
  readonly what: T;
}

const isBefore = <T>(a: Pending<T>, b: Pending<T>): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** What is still to come, by its time. */
export interface PendingQueue<T> {
  readonly push: (pending: Pending<T>) => void;
  /** Takes out the next one, unless it comes after `until`. */
  readonly popUntil: (until: number) => Pending<T> | undefined;
}

/** A queue without anything in it: a binary heap, so that each step costs the logarithm of what waits. */
export function createPendingQueue<T>(): PendingQueue<T> {
  const heap: Pending<T>[] = [];

  const swapIfBefore = (child: number, parent: number): boolean => {
    const [below, above] = [heap[child]!, heap[parent]!];
    if (!isBefore(below, above)) return false;
    heap[child] = above;
    heap[parent] = below;
    return true;
  };
  const sinkFirst = (): void => {
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      if (left >= heap.length) return;
      const child = left + 1 < heap.length && isBefore(heap[left + 1]!, heap[left]!) ? left + 1 : left;
      if (!swapIfBefore(child, at)) return;
      at = child;
    }
  };

  return {
    push: (pending) => {
      let at = heap.push(pending) - 1;
      while (at > 0 && swapIfBefore(at, (at - 1) >> 1)) at = (at - 1) >> 1;
    },
    popUntil: (until) => {
      const first = heap[0];
      if (first === undefined || first.at > until) return undefined;
      const last = heap.pop()!;
      if (heap.length > 0) {
        heap[0] = last;
        sinkFirst();
      }
      return first;
    },
  };
}
