// Files on their way into the page, as far as only JavaScript can say it well: handles, folders, launches, shares, and the room in the
// browser's own file system where compressed captures are unpacked. Used by src/ui/opening.
"use strict";
{
  // A capture found in a folder, or what may hold one; what is inside tells later.
  const MOST_FILES = 10_000;
  // Which handle a file came from, where the browser gives one.
  const handles = new WeakMap();

  async function fileOf(handle) {
    const file = await handle.getFile();
    handles.set(file, handle);
    return file;
  }

  async function* within(folder) {
    for await (const handle of folder.values()) {
      if (handle.kind === "directory") yield* within(handle);
      else yield fileOf(handle);
    }
  }

  // The same by the older interface, which every browser has.
  async function* entriesOf(entry) {
    if (entry.isFile) yield new Promise((done, failed) => entry.file(done, failed));
    else {
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((done, failed) => reader.readEntries(done, failed));
        if (!some.length) return;
        for (const entry of some) yield* entriesOf(entry);
      }
    }
  }

  async function all(files) {
    const found = [];
    for await (const file of files) if (found.push(file) >= MOST_FILES) break;
    return found.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  }

  // What was dropped or pasted. Of folders all files; `folders`: some were, so what is no capture goes without saying.
  function carried(data) {
    // The list is empty as soon as this function returns: everything is asked for at once.
    const items = [...data.items].filter(item => item.kind === "file").map(item => ({
      file: item.getAsFile(),
      entry: item.webkitGetAsEntry?.(),
      handle: item.getAsFileSystemHandle?.().catch(() => null),
    }));
    return (async () => {
      const files = [];
      let folders = false;
      for (const { file, entry, handle } of items) {
        const known = await handle;
        if (known?.kind === "directory" || entry?.isDirectory) {
          folders = true;
          files.push(...await all(known ? within(known) : entriesOf(entry)));
        } else if (file) {
          if (known) handles.set(file, known);
          files.push(file);
        }
      }
      return { files, folders };
    })();
  }

  // The browser's dialog that gives handles; undefined where there is none. Nothing when it was closed.
  const pick = globalThis.showOpenFilePicker && (async () => {
    try {
      return await Promise.all((await showOpenFilePicker({ multiple: true, id: "captures" })).map(fileOf));
    } catch (error) {
      if (error.name === "AbortError") return [];
      throw error;
    }
  });

  // The last files, by their handles: nothing else is kept of them.
  function store(mode, act) {
    return new Promise((done, failed) => {
      const open = indexedDB.open("wireglass", 1);
      open.onupgradeneeded = () => open.result.createObjectStore("files");
      open.onerror = () => failed(open.error);
      open.onsuccess = () => {
        const transaction = open.result.transaction("files", mode), request = act(transaction.objectStore("files"));
        transaction.oncomplete = () => { open.result.close(); done(request.result); };
        transaction.onabort = () => { open.result.close(); failed(transaction.error); };
      };
    });
  }

  const last = () => store("readonly", files => files.get("last")).catch(() => undefined);

  // The files on screen. Those that came without a handle leave what is remembered as it is.
  async function keep(files) {
    const known = files.map(file => handles.get(file));
    if (known.length && known.every(Boolean)) await store("readwrite", all => all.put(known, "last")).catch(() => {});
  }

  async function recalled() {
    return (await last() ?? []).map(handle => handle.name);
  }

  // After a click only: the browser may ask whether it may.
  async function reopen() {
    const files = [];
    for (const handle of await last() ?? []) {
      if (await handle.queryPermission({ mode: "read" }) !== "granted" && await handle.requestPermission({ mode: "read" }) !== "granted") {
        throw new Error("denied");
      }
      files.push(await fileOf(handle));
    }
    return files;
  }

  const forget = () => store("readwrite", files => files.delete("last")).catch(() => {});

  // Files opened with the installed app, or shared with it.
  function arrivals(take) {
    globalThis.launchQueue?.setConsumer(async ({ files }) => {
      if (files?.length) take(await Promise.all(files.map(fileOf)));
    });
    if (new URLSearchParams(location.search).has("shared")) shared().then(files => { if (files.length) take(files); });
  }

  // sw.js keeps what is shared until the page that it opens has it.
  async function shared() {
    const files = [];
    if (globalThis.caches && await caches.has("shared-with-wireglass")) {
      const cache = await caches.open("shared-with-wireglass");
      for (const request of await cache.keys()) {
        const response = await cache.match(request);
        const name = decodeURIComponent(new URL(request.url).searchParams.get("name") ?? "") || "capture";
        files.push(new File([await response.blob()], name));
      }
      await caches.delete("shared-with-wireglass");
    }
    history.replaceState(history.state, "", location.pathname + location.hash);
    return files;
  }

  // Room for what is unpacked: a folder of this page, held by a lock, so that other pages know that it is in use.
  let room;
  const rooms = async () => (await navigator.storage.getDirectory()).getDirectoryHandle("unpacked", { create: true });

  async function enter() {
    try {
      if (!room) {
        const name = "room-" + crypto.randomUUID();
        await new Promise((held, failed) => navigator.locks.request("wireglass-" + name, () => { held(); return new Promise(() => {}); }).catch(failed));
        room = name;
      }
      return room;
    } catch {
      return "";
    }
  }

  // Removes the rooms of pages that are gone: at the start, however they ended.
  async function sweep() {
    try {
      const folder = await rooms();
      for await (const name of folder.keys()) {
        await navigator.locks.request("wireglass-" + name, { ifAvailable: true }, lock => lock && folder.removeEntry(name, { recursive: true }));
      }
    } catch { /* No such file system here, or another page sweeps. */ }
  }

  // Removes from this page's room all but these files.
  async function tidy(files) {
    if (!room) return;
    try {
      const folder = await (await rooms()).getDirectoryHandle(room), kept = new Set(files.map(file => file.name));
      for await (const name of folder.keys()) if (!kept.has(name)) await folder.removeEntry(name).catch(() => {});
    } catch { /* It goes at the next start. */ }
  }

  if (navigator.storage?.getDirectory && navigator.locks) sweep();
  globalThis.wireglassOpening = { carried, pick, keep, recalled, reopen, forget, arrivals, enter, tidy };
}
