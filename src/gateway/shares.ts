/**
 * Keeps one sender from filling all places of the queue to the vault: a sender may have as many requests under way as there are places free, so half
 * of them at most while it is alone, and less as others come. Senders are told apart by the key that their messages name, which nobody has verified here: that
 * is enough against a requester that floods; against forged names, the vault refuses quickly.
 */
export class Shares {
  readonly #places: number;
  readonly #bySender = new Map<string, number>();
  #taken = 0;

  constructor(places: number) {
    this.#places = places;
  }

  /** Takes a place, or gives false. Whoever has one calls `leave` once. */
  enter(sender: string): boolean {
    const own = this.#bySender.get(sender) ?? 0;
    if (own >= this.#places - this.#taken) return false;
    this.#bySender.set(sender, own + 1);
    this.#taken += 1;
    return true;
  }

  leave(sender: string): void {
    const own = this.#bySender.get(sender) ?? 0;
    if (own > 1) this.#bySender.set(sender, own - 1);
    else this.#bySender.delete(sender);
    this.#taken -= 1;
  }
}
