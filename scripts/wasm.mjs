// A WebAssembly module as its parts, and back: as much of the format as dividing a module touches.
// Source: WebAssembly Core Specification 2.0, section 5 (binary format). What Rust does not emit (SIMD, threads, exceptions, tail calls, GC) is refused.

const SECTIONS = { type: 1, import: 2, function: 3, table: 4, memory: 5, global: 6, export: 7, start: 8, element: 9, dataCount: 12, code: 10, data: 11 };
export const KIND = { function: 0, table: 1, memory: 2, global: 3 };

// Unsigned LEB128. → [value, where it ends]
function unsigned(bytes, at) {
  let value = 0, scale = 1;
  for (;;) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return [value, at];
    scale *= 128;
  }
}

// Where a LEB128 of either kind ends.
function afterNumber(bytes, at) {
  while (bytes[at++] >= 0x80);
  return at;
}

export function number(value) {
  const bytes = [];
  for (; value >= 0x80; value = Math.floor(value / 128)) bytes.push(value % 128 | 0x80);
  return [...bytes, value];
}

// The operand of i32.const.
export function signed(value) {
  const bytes = [];
  for (; value < -0x40 || value >= 0x40; value >>= 7) bytes.push(value & 0x7f | 0x80);
  return [...bytes, value & 0x7f];
}

export const text = string => { const bytes = Buffer.from(string); return [...number(bytes.length), ...bytes]; };

// `items`: each one's bytes.
export const vector = items => Buffer.concat([Buffer.from(number(items.length)), ...items.map(item => Buffer.from(item))]);

// Reads a vector whose items `read(at)` gives as [item, where it ends].
function items(bytes, at, read) {
  let count, item;
  [count, at] = unsigned(bytes, at);
  const found = [];
  while (found.length < count) { [item, at] = read(at); found.push(item); }
  return [found, at];
}

// Where the expression that begins at `at` ends. It tells of every function named: `named(at, end, function)`, the operand's place.
function walk(bytes, at, end, named) {
  const skip = (at, numbers) => { while (numbers--) at = afterNumber(bytes, at); return at; };
  while (at < end) {
    const code = bytes[at++];
    if (code === 0x10) { // call
      const [index, next] = unsigned(bytes, at);
      named(at, next, index);
      at = next;
    } else if (code === 0x0e) { // br_table
      const [count, next] = unsigned(bytes, at);
      at = skip(next, count + 1);
    } else if (code === 0x1c) { // select with types
      const [count, next] = unsigned(bytes, at);
      at = next + count;
    } else if (code === 0x43) at += 4; // f32.const
    else if (code === 0x44) at += 8; // f64.const
    else if (code === 0xfc) { // saturating conversions, bulk memory, tables
      const [sub, next] = unsigned(bytes, at);
      // Of passive data and elements nobody could tell whose they are.
      if (sub > 17 || [8, 9, 12, 13].includes(sub)) throw new Error(`instruction 0xfc ${sub} is not known`);
      at = skip(next, [0, 0, 0, 0, 0, 0, 0, 0, , , 2, 1, , , 2, 1, 1, 1][sub]);
    } else if (code >= 0x28 && code <= 0x3e) at = skip(at, bytes[at] & 0x40 ? 3 : 2); // loads and stores
    else if (code === 0x11) at = skip(at, 2); // call_indirect
    else if ((code >= 0x02 && code <= 0x04) || code === 0x0c || code === 0x0d || (code >= 0x20 && code <= 0x26) || (code >= 0x3f && code <= 0x42) || code === 0xd0) at = skip(at, 1);
    else if (!(code <= 0x01 || code === 0x05 || code === 0x0b || code === 0x0f || code === 0x1a || code === 0x1b || (code >= 0x45 && code <= 0xc4) || code === 0xd1)) {
      throw new Error(`instruction 0x${code.toString(16)} is not known`);
    }
    if (code === 0x0b && end === Infinity) return at; // a constant expression's end
  }
  return at;
}

// A body's local variables: where its instructions begin.
function afterLocals(body) {
  let [groups, at] = unsigned(body, 0);
  while (groups--) at = afterNumber(body, at) + 1;
  return at;
}

// The functions that `body` names.
export function callees(body) {
  const found = new Set();
  walk(body, afterLocals(body), body.length, (_, __, index) => found.add(index));
  return found;
}

// `body` with its functions numbered anew.
export function renumbered(body, numberOf) {
  const parts = [];
  let done = 0;
  walk(body, afterLocals(body), body.length, (at, end, index) => {
    parts.push(body.subarray(done, at), Buffer.from(number(numberOf(index))));
    done = end;
  });
  return Buffer.concat([...parts, body.subarray(done)]);
}

// → { types, imports, functions, tables, globals, exports, elements, bodies, names, sections }. Functions are numbered as in the file:
// `functions[n]` and `bodies[n]` are of function `imported + n`. `sections` has the bytes of each section by name.
export function parse(bytes) {
  const sections = {}, names = new Map();
  const nameOf = at => { const [length, from] = unsigned(bytes, at); return [bytes.toString("utf8", from, from + length), from + length]; };
  const limits = at => { const { 0: flag } = bytes.subarray(at); return afterNumber(bytes, flag & 1 ? afterNumber(bytes, at + 1) : at + 1); };
  const byCode = Object.fromEntries(Object.entries(SECTIONS).map(([name, code]) => [code, name]));
  for (let at = 8, length; at < bytes.length; at += length) {
    const code = bytes[at];
    [length, at] = unsigned(bytes, at + 1);
    if (code) {
      if (!byCode[code]) throw new Error(`section ${code} is not known`);
      sections[byCode[code]] = bytes.subarray(at, at + length);
      continue;
    }
    const [name, from] = nameOf(at);
    if (name === "name") readNames(from, at + length);
  }
  function readNames(at, end) {
    while (at < end) {
      const kind = bytes[at], [length, from] = unsigned(bytes, at + 1);
      if (kind === 1) items(bytes, from, at => { const [index, next] = unsigned(bytes, at), [name, end] = nameOf(next); names.set(index, name); return [null, end]; });
      at = from + length;
    }
  }
  const list = (section, read) => section ? items(bytes, section.byteOffset - bytes.byteOffset, read)[0] : [];
  const slice = (from, end, more) => [{ bytes: bytes.subarray(from, end), ...more }, end];
  const constant = at => walk(bytes, at, Infinity, () => { throw new Error("a constant that is a function is not known"); });

  const types = list(sections.type, at => {
    if (bytes[at] !== 0x60) throw new Error("a type that is no function's is not known");
    const [params, from] = items(bytes, at + 1, at => [bytes[at], at + 1]), [results, end] = items(bytes, from, at => [bytes[at], at + 1]);
    return [{ params, results }, end];
  });
  const imports = list(sections.import, at => {
    const [module, next] = nameOf(at), [name, kindAt] = nameOf(next), kind = bytes[kindAt];
    const end = kind === KIND.function ? afterNumber(bytes, kindAt + 1) : kind === KIND.table ? limits(kindAt + 2) : kind === KIND.memory ? limits(kindAt + 1) : kindAt + 3;
    return slice(at, end, { module, name, kind, type: kind === KIND.function ? unsigned(bytes, kindAt + 1)[0] : undefined });
  });
  if (imports.some(({ kind }) => kind !== KIND.function)) throw new Error("imports other than functions are not known");
  const functions = list(sections.function, at => unsigned(bytes, at));
  const tables = list(sections.table, at => {
    if (bytes[at + 1] > 1) throw new Error("a shared table is not known");
    const [min, next] = unsigned(bytes, at + 2), [max, end] = bytes[at + 1] ? unsigned(bytes, next) : [undefined, next];
    return [{ type: bytes[at], min, max }, end];
  });
  const memories = list(sections.memory, at => slice(at, limits(at)));
  const globals = list(sections.global, at => slice(at, constant(at + 2), { type: bytes.subarray(at, at + 2) }));
  const exports = list(sections.export, at => {
    const [name, next] = nameOf(at), [index, end] = unsigned(bytes, next + 1);
    return [{ name, kind: bytes[next], index }, end];
  });
  const elements = list(sections.element, at => {
    const [flag, next] = unsigned(bytes, at);
    if (flag !== 0 || bytes[next] !== 0x41) throw new Error("only elements of the first table at a fixed place are known");
    const [offset, behind] = unsigned(bytes, next + 1), from = constant(next);
    if (from !== behind + 1) throw new Error("a computed place of elements is not known");
    const [functions, end] = items(bytes, from, at => unsigned(bytes, at));
    return [{ offset, functions }, end];
  });
  const bodies = list(sections.code, at => { const [length, from] = unsigned(bytes, at); return [bytes.subarray(from, from + length), from + length]; });
  return { types, imports, functions, tables, memories, globals, exports, elements, bodies, names, sections, imported: imports.length };
}

// The file of `sections`: each one's bytes by name; those that are absent or empty are left out.
export function assemble(sections) {
  const parts = [Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])];
  for (const [name, code] of Object.entries(SECTIONS)) {
    if (sections[name]) parts.push(Buffer.from([code, ...number(sections[name].length)]), Buffer.from(sections[name]));
  }
  return Buffer.concat(parts);
}
