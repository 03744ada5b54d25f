// Runs the browser tests: every file of tests/browser/, or with an argument only the tests whose name contains it.
import { existsSync, readdirSync } from "node:fs";
import { run } from "./browser/harness.mjs";

const folder = new URL("./browser/", import.meta.url);
if (!existsSync(new URL("../dist/index.html", import.meta.url))) {
  console.error("dist/ is not there: ./dev build");
  process.exit(1);
}
for (const file of readdirSync(folder).filter(file => /^(?!harness|server|captures|storage).*\.mjs$/.test(file)).sort()) await import(new URL(file, folder));
process.exit(await run(process.argv[2]) ? 0 : 1);
