// Where a file's bytes are kept until the analyser has it: in the browser's private file system (on disk, seen by this origin only),
// or where there is none, in memory. `www/arrive.js` removes what nobody has open any more.
import { Failure } from "./link.js";

// Bytes kept together in memory.
const PART = 16 << 20;

const FOLDER = "import";

export async function sink(name) {
  try {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(FOLDER, { create: true });
    const place = crypto.randomUUID();
    // Until the analyser holds it: otherwise another tab would clear it away.
    const release = await hold(`wireglass-${FOLDER}/${place}`);
    const handle = await (await folder.getDirectoryHandle(place, { create: true })).getFileHandle(name, { create: true });
    const stream = await handle.createWritable();
    return {
      place,
      write: bytes => stream.write(bytes).catch(full),
      async close() { await stream.close().catch(full); return handle.getFile(); },
      async drop() {
        await stream.abort().catch(() => {});
        await folder.removeEntry(place, { recursive: true }).catch(() => {});
        release();
      },
    };
  } catch {
    return inMemory(name);
  }
}

function inMemory(name) {
  let blobs = [], parts = [], held = 0;
  const pack = () => { blobs.push(new Blob(parts)); parts = []; held = 0; };
  return {
    place: null,
    async write(bytes) {
      parts.push(bytes);
      held += bytes.length;
      if (held >= PART) pack();
    },
    async close() { pack(); return new File(blobs, name); },
    async drop() { blobs = []; parts = []; },
  };
}

// A lock that lasts until it is released, or the page is gone.
function hold(name) {
  return new Promise(held => navigator.locks.request(name, { mode: "shared" }, () => new Promise(release => held(release))));
}

async function full(error) {
  const { quota, usage } = await navigator.storage.estimate().catch(() => ({}));
  throw new Failure(error?.name === "QuotaExceededError" ? "full" : "disk", { free: quota - usage });
}
