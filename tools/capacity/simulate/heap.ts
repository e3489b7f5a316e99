/** A binary heap of times, smallest first. */
export class TimeHeap {
  private items: Float64Array;
  private count = 0;

  constructor(capacity = 64) {
    this.items = new Float64Array(capacity);
  }

  get size(): number {
    return this.count;
  }

  /** The smallest; Infinity when empty. */
  get first(): number {
    return this.count === 0 ? Infinity : this.items[0]!;
  }

  push(time: number): void {
    if (this.count === this.items.length) {
      const larger = new Float64Array(this.count * 2);
      larger.set(this.items);
      this.items = larger;
    }
    const { items } = this;
    let at = this.count;
    this.count += 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (items[parent]! <= time) {
        break;
      }
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = time;
  }

  /** Takes the smallest out. */
  pop(): void {
    this.count -= 1;
    if (this.count > 0) {
      this.sink(this.items[this.count]!);
    }
  }

  /** Puts another in the place of the smallest. */
  replaceFirst(time: number): void {
    this.sink(time);
  }

  private sink(time: number): void {
    const { items, count } = this;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= count) {
        break;
      }
      if (child + 1 < count && items[child + 1]! < items[child]!) {
        child += 1;
      }
      if (items[child]! >= time) {
        break;
      }
      items[at] = items[child]!;
      at = child;
    }
    items[at] = time;
  }
}
