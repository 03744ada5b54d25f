// A capture that the import page read: from its window, or left in the browser's private folder when that window becomes this one.
// The page takes it like a file that was chosen. See www/import/.
"use strict";
{
  const FOLDER = "import", ARRIVED = "wireglass.arrived";

  const ready = () => new Promise(done => {
    const root = document.documentElement;
    const look = () => root.dataset.state && document.getElementById("file-input") && done();
    new MutationObserver(look).observe(root, { attributes: true });
    look();
  });

  // The lock says that somebody has the file open; it lasts as long as this page.
  const hold = place => new Promise(held => place
    ? navigator.locks.request(`wireglass-${FOLDER}/${place}`, { mode: "shared" }, () => { held(); return new Promise(() => {}); })
    : held());

  async function open(file) {
    await ready();
    const input = document.getElementById("file-input"), files = new DataTransfer();
    files.items.add(file);
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  addEventListener("message", async ({ origin, data, ports }) => {
    if (origin !== location.origin || data?.wireglass !== "import" || !(data.file instanceof File)) return;
    await hold(data.place);
    await open(data.file);
    ports[0]?.postMessage("taken");
  });

  async function look() {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(FOLDER).catch(() => null);
    if (!folder) return;
    const arrived = sessionStorage.getItem(ARRIVED);
    sessionStorage.removeItem(ARRIVED);
    const places = [];
    for await (const place of folder.entries()) places.push(place);
    for (const [place, entry] of places) {
      if (place === arrived) {
        await hold(place);
        for await (const handle of entry.values()) await open(await handle.getFile());
      } else {
        // Of a page that is gone.
        await navigator.locks.request(`wireglass-${FOLDER}/${place}`, { ifAvailable: true }, lock => lock && folder.removeEntry(place, { recursive: true }));
      }
    }
  }
  if (isSecureContext && navigator.storage?.getDirectory && navigator.locks) look().catch(() => {});
}
