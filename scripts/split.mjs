// Divides a WebAssembly module into two that share memory and tables: what a first visit needs at once, and the rest, which comes after.
//
// A function of the rest that the first part calls has a stub there; the stub calls through a place of the table, which the rest fills in
// when it is instantiated. If it is not there yet the stub waits for it (the import `rest.load`, see rest.js). The rest calls the first part
// in the same way. So which functions go where decides only what is loaded when, never what the program does. All data stays in the first.
import { KIND, assemble, callees, number, parse, renumbered, signed, text, vector } from "./wasm.mjs";

const FUNCTIONS = 0; // The table of functions; the other one, if any, holds JavaScript's values.

// `plan`: see later.mjs. What only functions reach that can wait waits with them.
// → { first, rest }: both files.
export function split(bytes, plan) {
  const module = parse(bytes);
  const { imported, functions, bodies } = module;
  const calls = bodies.map(callees);
  const first = firstOf(module, calls, plan);
  const kept = [...first].filter(index => index >= imported).sort((a, b) => a - b);
  const later = new Set(functions.map((_, n) => imported + n).filter(index => !first.has(index)));

  const listed = module.elements.flatMap(({ functions }) => functions), exported = module.exports.filter(({ kind }) => kind === KIND.function).map(({ index }) => index);
  const calledFrom = part => [...part].flatMap(index => [...calls[index - imported] ?? []]);
  const entries = [...new Set([...calledFrom(first), ...listed, ...exported].filter(index => later.has(index)))];
  const shared = [...new Set(calledFrom(later).filter(index => first.has(index) && index >= imported))];

  // The places behind the table's own: first those of the rest, then those of the first part.
  const own = module.tables[FUNCTIONS].min;
  const place = new Map([...entries, ...shared].map((index, n) => [index, own + n]));
  const grown = ({ type, min, max }) => ({ type, min: min + place.size, max: max === undefined ? max : max + place.size });
  const tables = module.tables.map((table, n) => n === FUNCTIONS ? grown(table) : table);
  return {
    first: firstPart(module, { kept, entries, shared, place, tables }),
    rest: restPart(module, { calls, later, shared, place, tables }),
  };
}

// The functions of the first part, imported ones included.
function firstOf({ exports, elements, sections, names, imported, bodies }, calls, { isLater, isFirst, isKin }) {
  if (sections.start) throw new Error("a start function is not known");
  // Rust tells two versions of a crate from each other by a hash behind its name.
  const nameOf = index => (names.get(index) ?? "").replace(/\[[0-9a-f]{8,16}\]/g, "");
  // All that is reached from `roots` without passing through what `stops`.
  const reached = (roots, stops) => {
    const found = new Set();
    for (const open = [...roots]; open.length;) {
      const index = open.pop();
      if (found.has(index) || (index >= imported && stops(index))) continue;
      found.add(index);
      open.push(...calls[index - imported] ?? []);
    }
    return found;
  };
  const exported = exports.filter(({ kind }) => kind === KIND.function).map(({ index }) => index);
  const probes = bodies.map((_, n) => imported + n).filter(index => isFirst(nameOf(index)));
  const needed = reached(probes, index => !isKin(nameOf(index)));
  return reached([...exported, ...elements.flatMap(({ functions }) => functions)],
    index => !needed.has(index) && isLater(nameOf(index), bodies[index - imported].length));
}

// Both parts have the same types: those of the module, and that of `load`.
function typesOf({ types }) {
  const empty = types.findIndex(({ params, results }) => !params.length && !results.length);
  const all = empty < 0 ? [...types, { params: [], results: [] }] : types;
  return { load: empty < 0 ? types.length : empty, section: vector(all.map(({ params, results }) => [0x60, ...number(params.length), ...params, ...number(results.length), ...results])) };
}

const body = code => { const bytes = [0, ...code, 0x0b]; return [...number(bytes.length), ...bytes]; };
const sized = bytes => Buffer.concat([Buffer.from(number(bytes.length)), bytes]);
const element = (offset, functions) => [0, 0x41, ...signed(offset), 0x0b, ...number(functions.length), ...functions.flatMap(number)];
const limited = ({ type, min, max }) => [type, max === undefined ? 0 : 1, ...number(min), ...max === undefined ? [] : number(max)];
const typeOf = ({ functions, imports, imported }, index) => index < imported ? imports[index].type : functions[index - imported];

// Calls what stands at `place`, with the parameters of the function that stands in for it.
function through(module, index, place) {
  const type = typeOf(module, index);
  return [...module.types[type].params.flatMap((_, n) => [0x20, ...number(n)]), 0x41, ...signed(place), 0x11, ...number(type), FUNCTIONS];
}

function firstPart(module, { kept, entries, shared, place, tables }) {
  const { imported, imports, functions, bodies, sections } = module;
  const types = typesOf(module), load = imported;
  const numbers = new Map([...kept, ...entries].map((index, n) => [index, imported + 1 + n]));
  const numberOf = index => index < imported ? index : numbers.get(index);
  // (if (ref.is_null (table.get place)) (then (call load)))
  const stub = index => body([0x41, ...signed(place.get(index)), 0x25, FUNCTIONS, 0xd1, 0x04, 0x40, 0x10, ...number(load), 0x0b, ...through(module, index, place.get(index))]);
  const exports = [
    ...module.exports.map(({ name, kind, index }) => [...text(name), kind, ...number(kind === KIND.function ? numberOf(index) : index)]),
    ...givenNames(module).map(({ name, kind, index }) => [...text(name), kind, ...number(index)]),
  ];
  return assemble({
    ...sections,
    type: types.section,
    import: vector([...imports.map(({ bytes }) => bytes), [...text("rest"), ...text("load"), KIND.function, ...number(types.load)]]),
    function: vector([...kept, ...entries].map(index => number(functions[index - imported]))),
    table: vector(tables.map(limited)),
    export: vector(exports),
    element: vector([...module.elements.map(({ offset, functions }) => element(offset, functions.map(numberOf))), element(place.get(shared[0]), shared.map(numberOf))]),
    code: vector([...kept.map(index => sized(renumbered(bodies[index - imported], numberOf))), ...entries.map(stub)]),
  });
}

// Memory, tables and globals, as the first part gives them to the rest.
function givenNames({ memories, tables, globals }) {
  return [
    ...memories.map((_, index) => ({ name: `m${index}`, kind: KIND.memory, index })),
    ...tables.map((_, index) => ({ name: `t${index}`, kind: KIND.table, index })),
    ...globals.map((_, index) => ({ name: `g${index}`, kind: KIND.global, index })),
  ];
}

function restPart(module, { calls, later, shared, place, tables }) {
  const { imported, imports, functions, bodies, memories, globals } = module;
  const types = typesOf(module);
  const needed = new Set([...later].flatMap(index => [...calls[index - imported]]));
  const outside = imports.map((_, index) => index).filter(index => needed.has(index));
  const defined = [...later].filter(index => needed.has(index) || place.has(index) || isListed(module, index));
  const numbers = new Map([...outside, ...defined, ...shared].map((index, n) => [index, n]));
  const numberOf = index => numbers.get(index);

  const description = { [KIND.memory]: n => memories[n].bytes, [KIND.table]: n => limited(tables[n]), [KIND.global]: n => globals[n].type };
  const fromFirst = givenNames(module).map(({ name, kind, index }) => [...text("first"), ...text(name), kind, ...description[kind](index)]);
  // What stood in the table itself needs no way through a stub any more.
  const places = [
    ...module.elements.flatMap(({ offset, functions }) => functions.map((index, n) => [offset + n, index])),
    ...[...place].map(([index, at]) => [at, index]),
  ].filter(([, index]) => later.has(index));
  const runs = [];
  for (const [at, index] of places.sort(([a], [b]) => a - b)) {
    const run = runs.at(-1);
    if (run && run.offset + run.functions.length === at) run.functions.push(numberOf(index));
    else runs.push({ offset: at, functions: [numberOf(index)] });
  }
  return assemble({
    type: types.section,
    import: vector([...outside.map(index => imports[index].bytes), ...fromFirst]),
    function: vector([...defined, ...shared].map(index => number(functions[index - imported]))),
    element: vector(runs.map(({ offset, functions }) => element(offset, functions))),
    code: vector([...defined.map(index => sized(renumbered(bodies[index - imported], numberOf))), ...shared.map(index => body(through(module, index, place.get(index))))]),
  });
}

const isListed = ({ elements }, index) => elements.some(({ functions }) => functions.includes(index));
