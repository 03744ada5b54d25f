// The file behind an address, as a stream of Range requests: it can be paused, gone on with where it stopped, also with a fresh link,
// and cancelled. A server that knows no ranges sends it in one piece, which can be paused only as long as the server waits.
import { Failure } from "./link.js";

const TRIES = 5;
// Of what a server says when it refuses.
const MOST_OF_A_REFUSAL = 4096;

export class Download {
  read = 0;            // bytes, all of them in the sink
  total = null;        // bytes; null: the server does not say
  ranges = null;       // whether it can be gone on with; null: not known yet
  again = 0;           // seconds until the next try, after a broken connection
  paused = false;
  #mark = null;        // ETag or date: another one is another file
  #request = null;
  #wake = null;
  #cancelled = false;

  // `sink.write(bytes)`; `tell()` after every change.
  constructor(sink, tell) { Object.assign(this, { sink, tell }); }

  // Until all is in the sink. Throws a Failure; what was read before stays, and `run` with a fresh address goes on there.
  async run(address) {
    for (let tries = 0; ;) {
      const before = this.read;
      await this.#gate();
      try {
        await this.#piece(address);
        if (!this.ranges || this.total === null || this.read >= this.total) return;
        if (this.read === before) throw new Failure("broken");
      } catch (error) {
        if (this.#cancelled) throw new Failure("cancelled");
        if (this.paused && this.#request?.signal.aborted) continue;
        if (error instanceof Failure && error.kind !== "broken") throw error;
        if (!this.ranges) throw this.read ? new Failure("interrupted") : error;
        tries = this.read > before ? 1 : tries + 1;
        if (tries > TRIES) throw new Failure("broken");
        for (this.again = 2 ** tries; this.again > 0 && !this.#cancelled; this.again--) {
          this.tell();
          await new Promise(done => setTimeout(done, 1000));
        }
      }
    }
  }

  pause() {
    this.paused = true;
    if (this.ranges) this.#request?.abort();
    this.tell();
  }

  resume() {
    this.paused = false;
    this.#wake?.();
    this.tell();
  }

  cancel() {
    this.#cancelled = true;
    this.#request?.abort();
    this.resume();
  }

  async #gate() {
    while (this.paused) await new Promise(done => { this.#wake = done; });
    if (this.#cancelled) throw new Failure("cancelled");
  }

  async #piece(address) {
    const response = await this.#ask(address);
    // Nothing lies behind what is there: the server never said how much it is.
    if (response.status === 416 && this.read && (this.total ?? this.read) === this.read) return void (this.total = this.read);
    await this.#check(response);
    const reader = response.body.getReader();
    try {
      for (let first = this.read === 0; ; first = false) {
        const { done, value } = await reader.read().catch(() => { throw new Failure("broken"); });
        if (done) return;
        // A page where a capture was expected: a login, or an error that calls itself a success.
        if (first && value[0] === 0x3c && /html/.test(response.headers.get("Content-Type"))) throw new Failure("page", { host: new URL(response.url).host });
        await this.sink.write(value);
        this.read += value.length;
        if (this.total < this.read) this.total = null;
        this.tell();
        await this.#gate();
      }
    } finally {
      reader.cancel().catch(() => {});
    }
  }

  // No cookies, nothing into a cache, and no word of where it was asked from. `Range` like this needs no leave of the server in
  // today's browsers; in others, a server that does not give it is asked without.
  async #ask(address) {
    this.#request = new AbortController();
    const options = { credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer", signal: this.#request.signal };
    try {
      return await fetch(address, { ...options, headers: { Range: `bytes=${this.read}-` } });
    } catch (error) {
      if (this.#request.signal.aborted) throw error;
      if (this.read) throw new Failure("broken");
      try {
        return await fetch(address, options);
      } catch {
        throw await unreachable(address);
      }
    }
  }

  async #check(response) {
    const header = name => response.headers.get(name);
    const length = header("Content-Length") === null ? null : Number(header("Content-Length"));
    const facts = { status: response.status, host: new URL(response.url).host, redirected: response.redirected };
    const mark = header("ETag") ?? header("Last-Modified");
    if (response.status === 416) throw new Failure(this.read ? "changed" : "nothing", facts);
    if (!response.ok) throw new Failure("refused", { ...facts, ...told(await beginning(response)) });
    if (this.#mark && mark && mark !== this.#mark) throw new Failure("changed");
    this.#mark ??= mark;
    if (response.status !== 206) {
      if (this.read) throw new Failure("interrupted");
      this.ranges = false;
      this.total = length;
      return;
    }
    this.ranges = true;
    const [, from, total] = /bytes (\d+)-\d*\/(\d+|\*)/.exec(header("Content-Range") ?? "") ?? [];
    if (from !== undefined && Number(from) !== this.read) throw new Failure("changed");
    const whole = total > 0 ? Number(total) : length === null ? null : this.read + length;
    if (this.total !== null && whole !== null && whole !== this.total) throw new Failure("changed");
    this.total ??= whole;
  }
}

// A browser does not tell a page why it got nothing. Asked for an answer that may not be read, it tells whether there was one.
async function unreachable(address) {
  const blind = { mode: "no-cors", credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" };
  try {
    await fetch(address, { ...blind, method: "HEAD" });
    return new Failure("cors", { host: address.host });
  } catch {
    return new Failure(navigator.onLine ? "silent" : "offline", { host: address.host });
  }
}

async function beginning(response) {
  let text = "";
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  while (reader && text.length < MOST_OF_A_REFUSAL) {
    const { done, value } = await reader.read().catch(() => ({ done: true }));
    if (done) break;
    text += value;
  }
  reader?.cancel().catch(() => {});
  return text.slice(0, MOST_OF_A_REFUSAL);
}

// Azure, Amazon and Google answer with the same few elements.
function told(text) {
  const of = name => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? "";
  return { code: of("Code"), detail: of("AuthenticationErrorDetail"), message: of("Message") };
}
