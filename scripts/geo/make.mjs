// Makes www/geo and tests/geo from published data of pinned versions. Run by hand, its output is committed: node scripts/geo/make.mjs
// Newer data: another version below, run it, `cargo test geo`, and read the difference of `wireglass countries` on a capture you know.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { addresses, ranges } from "./ranges.mjs";
import { outlines } from "./outlines.mjs";

const ADDRESSES = "@ip-location-db/dbip-country@2.3.2026060120"; // DB-IP Lite country, CC BY 4.0; the version tells its day
const OUTLINES = "world-atlas@2.0.2"; // Natural Earth, public domain, as TopoJSON (ISC)
const CODES = "i18n-iso-countries@7.14.0"; // MIT; only which number of ISO 3166-1 is which two letters

const root = join(import.meta.dirname, "../..");
const work = mkdtempSync(join(tmpdir(), "wireglass-geo-"));

function fetched(name) {
  const [file] = execFileSync("npm", ["pack", "--silent", name], { cwd: work, encoding: "utf8" }).trim().split("\n").slice(-1);
  const folder = join(work, file + ".d");
  mkdirSync(folder);
  execFileSync("tar", ["xzf", join(work, file), "-C", folder]);
  return path => readFileSync(join(folder, "package", path), "utf8");
}

function write(path, bytes) {
  writeFileSync(join(root, path), bytes);
  console.log(`${path}: ${bytes.length} bytes`);
}

try {
  const source = fetched(ADDRESSES), day = ADDRESSES.match(/\.(\d{4})(\d\d)(\d\d)\d\d$/).slice(1).join("-");
  const lists = [4, 6].map(version => source(`dbip-country-ipv${version}-num.csv`));
  const found = ranges(lists, "DB-IP Lite", day);
  write("www/geo/countries.bin", gzipSync(found.bytes, { level: 9 }));
  write("tests/geo/addresses.tsv", addresses(lists));
  const atlas = JSON.parse(fetched(OUTLINES)("countries-50m.json")), numbers = JSON.parse(fetched(CODES)("codes.json"));
  write("www/geo/world.bin", gzipSync(outlines(atlas, new Map(numbers.map(([two, , number]) => [number, two])), found.codes), { level: 9 }));
} finally {
  rmSync(work, { recursive: true });
}
