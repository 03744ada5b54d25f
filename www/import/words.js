// What the import page says, in the language of its reader: the English text is the key, as in src/ui/say.rs.
const language = localStorage.getItem("wireglass.language") ?? navigator.language;
const words = /^ko\b/i.test(language) ? await catalogue("ko") : {};

// The analyser's own: a line of English, below it a line "= " with the other language (src/catalogue.rs).
async function catalogue(slug) {
  const response = await fetch(new URL(`../words/${slug}.txt`, import.meta.url)).catch(() => null);
  if (!response?.ok) return {};
  document.documentElement.lang = slug;
  const lines = (await response.text()).split("\n");
  return Object.fromEntries(lines.flatMap((line, at) => line.startsWith("= ") ? [[lines[at - 1], line.slice(2)]] : []));
}

export const t = english => words[english] ?? english;
export const fill = (english, ...values) => t(english).replace(/\{(\d)\}/g, (all, place) => values[place] ?? all);

// Numbers as the analyser writes them: powers of 1000.
export function bytes(count) {
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  let unit = 0;
  while (count >= 1000 && unit < units.length - 1) [count, unit] = [count / 1000, unit + 1];
  return `${count.toLocaleString("en", { maximumSignificantDigits: unit ? 3 : 15 })} ${units[unit]}`;
}

export function span(seconds) {
  if (seconds < 90) return fill("{0} s", Math.max(1, Math.round(seconds)));
  return seconds < 5400 ? fill("{0} min", Math.round(seconds / 60)) : fill("{0} h", Math.round(seconds / 3600));
}
