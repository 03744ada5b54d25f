// Added to a module's glue by scripts/post_build.mjs: the rest of the module (scripts/split.mjs). It is fetched as soon as the page is
// ready. Rust waits for it where it can (src/rest.rs); a function that is called before it has come waits here.
const rest = { address: () => new URL("@REST@", import.meta.url), imports: null, exports: null, isThere: false, fetching: null, tell: null };
self.wireglassRest = { coming: new Promise((there, lost) => { rest.tell = { there, lost }; }), bytes: self.wireglassRest?.bytes };
// Whoever waits is told; nobody need.
self.wireglassRest.coming.catch(() => {});

function withRest(imports) {
  rest.imports = imports;
  return { ...imports, rest: { load: () => addRest(new WebAssembly.Module(restAtOnce())) } };
}

function addRest(module) {
  if (rest.isThere) return;
  new WebAssembly.Instance(module, { ...rest.imports, first: rest.exports });
  rest.isThere = true;
  rest.tell.there();
  delete self.wireglassRest;
}

// Nothing can be awaited in the middle of a function. The page that is one file (scripts/single.mjs) has the bytes already.
function restAtOnce() {
  if (self.wireglassRest.bytes) return self.wireglassRest.bytes;
  rest.fetching?.abort();
  const isPage = typeof document === "object", request = new XMLHttpRequest();
  try {
    request.open("GET", rest.address(), false);
    // A page, other than a worker, may ask for no bytes: they come as letters.
    if (isPage) request.overrideMimeType("text/plain; charset=x-user-defined");
    else request.responseType = "arraybuffer";
    request.send();
    if (request.status !== 200) throw new Error(`${request.status} ${rest.address()}`);
  } catch (error) {
    // What called this cannot go on, and whoever called that cannot be told.
    if (isPage) document.body.textContent = "A part of Wireglass could not be loaded. Reload the page.";
    throw error;
  }
  if (!isPage) return request.response;
  const letters = request.responseText, bytes = new Uint8Array(letters.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = letters.charCodeAt(at);
  return bytes;
}

async function fetchRest() {
  for (let wait = 500; !rest.isThere; wait *= 2) {
    try {
      rest.fetching = new AbortController();
      const response = await fetch(rest.address(), { signal: rest.fetching.signal });
      if (!response.ok) throw new Error(`${response.status} ${rest.address()}`);
      const isNamed = response.headers.get("Content-Type") === "application/wasm";
      addRest(await (isNamed ? WebAssembly.compileStreaming(response) : response.arrayBuffer().then(bytes => WebAssembly.compile(bytes))));
    } catch (error) {
      if (wait > 8000 && !rest.isThere) return rest.tell.lost(error);
      await new Promise(done => setTimeout(done, rest.isThere ? 0 : wait));
    }
  }
}

// In a worker the page's word is a message.
addEventListener(typeof document === "object" ? "wireglass-rest" : "message", event => {
  if (event.type === "message" && event.data !== "wireglass-rest") return;
  if (rest.isThere) return;
  if (self.wireglassRest.bytes) addRest(new WebAssembly.Module(restAtOnce()));
  else if (!rest.fetching) fetchRest();
});
