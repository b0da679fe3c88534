"use strict";
// Asking in SPARQL: an editor that marks and completes, the answer as a table, downloads, a link to share.
KG.run(() => {
  const { el, t, link, save, other, DATA } = KG;
  const by = (id) => document.getElementById(id);
  const query = by("query"), marks = by("marks"), hints = by("hints");
  const show = (node, seen) => { node.hidden = !seen; };
  document.documentElement.classList.add("js");

  // Marking

  const keywords = new Set(DATA.keywords.flatMap((words) => words.split(" ")));
  const TOKEN = new RegExp([
    "(?<c>#[^\\n]*)", "(?<s>\"\"\"[^]*?\"\"\"|'''[^]*?'''|\"(?:[^\"\\\\\\n]|\\\\.)*\"|'(?:[^'\\\\\\n]|\\\\.)*')",
    "(?<i><[^<>\"{}|^`\\\\\\s]*>|[\\p{L}][\\p{L}\\p{N}_.\\-]*:[\\p{L}\\p{N}_\\-.%]*|:[\\p{L}\\p{N}_\\-]+)",
    "(?<v>[?$][\\p{L}\\p{N}_]+)", "(?<n>\\b\\d+(?:\\.\\d+)?(?:[eE][+\\-]?\\d+)?)", "(?<w>[\\p{L}_][\\p{L}\\p{N}_]*)",
  ].join("|"), "gu");

  function marked(text) {
    const parts = [];
    let last = 0;
    for (const found of text.matchAll(TOKEN)) {
      let kind = Object.keys(found.groups).find((key) => found.groups[key] !== undefined);
      if (kind === "w") kind = keywords.has(found[0].toUpperCase()) || found[0] === "a" ? "k" : "";
      parts.push(text.slice(last, found.index), kind ? el("span", { class: kind }, found[0]) : found[0]);
      last = found.index + found[0].length;
    }
    return [...parts, text.slice(last), "\n"];
  }
  function paint() {
    marks.replaceChildren(...marked(query.value).filter(Boolean));
    query.style.height = "auto";
    query.style.height = Math.max(query.scrollHeight, marks.scrollHeight) + "px";
  }

  // Completing

  const candidates = [
    ...DATA.terms.map(([name, zh, en]) => ({ name, label: other(zh, en), words: [name, zh, en].join("\n").toLowerCase() })),
    ...DATA.keywords.map((name) => ({ name, label: "", words: name.toLowerCase(), keyword: true })),
  ];
  let chosen = -1, offered = [];

  const typed = () => /[\p{L}\p{N}_:/\-]+$/u.exec(query.value.slice(0, query.selectionStart))?.[0] || "";
  const inText = () => {
    const before = query.value.slice(0, query.selectionStart);
    return [...before.matchAll(TOKEN)].some((m) => (m.groups.c || m.groups.s) && m.index + m[0].length === before.length);
  };
  function suggest(asked) {
    const word = typed().toLowerCase(), from = query.value[query.selectionStart - typed().length - 1];
    offered = [];
    const long = word.length > 1 || /[^\x00-\x7f]/.test(word);
    if ((asked || long) && from !== "?" && from !== "$" && from !== "@" && !inText()) {
      const fits = candidates.filter((one) => one.words.includes(word) && one.name.toLowerCase() !== word);
      const rank = (one) => (one.name.toLowerCase().startsWith(word) ? 0 : 1) + (one.keyword ? 0.5 : 0);
      offered = fits.sort((a, b) => rank(a) - rank(b)).slice(0, 8);
    }
    chosen = asked && offered.length ? 0 : -1;
    offer();
  }
  function offer() {
    hints.replaceChildren(...offered.map((one, n) => el("li", { id: "hint" + n, role: "option", "aria-selected": String(n === chosen),
      on: { mousedown: (event) => { event.preventDefault(); take(n); } } }, one.name, el("span", {}, one.label))));
    show(hints, offered.length);
    if (chosen < 0) query.removeAttribute("aria-activedescendant");
    else query.setAttribute("aria-activedescendant", "hint" + chosen);
    if (offered.length) place();
  }
  // The list stands below the caret, whose place a copy of the text before it tells.
  function place() {
    const spot = el("span", {}, "\u200b");
    marks.replaceChildren(query.value.slice(0, query.selectionStart), spot, query.value.slice(query.selectionStart));
    const at = spot.getBoundingClientRect(), box = by("editor").getBoundingClientRect();
    paint();
    hints.style.top = at.bottom - box.top + 3 + "px";
    hints.style.left = Math.max(0, Math.min(at.left - box.left, box.width - hints.offsetWidth - 4)) + "px";
  }
  function close() { offered = []; chosen = -1; offer(); }
  function take(n) {
    const one = offered[n], word = typed();
    const text = one.keyword ? one.name + " " : one.name.includes(":") ? one.name : `<${DATA.graph}${one.name}>`;
    query.setRangeText(text, query.selectionStart - word.length, query.selectionStart, "end");
    declare(one.name.split(":")[0], one.name.includes(":"));
    close();
    paint();
    query.focus();
  }
  function declare(prefix, needed) {
    if (!needed || !DATA.prefixes[prefix] || new RegExp(`prefix\\s+${prefix}:`, "i").test(query.value)) return;
    const line = `PREFIX ${prefix}: <${DATA.prefixes[prefix]}>\n`, caret = query.selectionStart + line.length;
    query.setRangeText(line, 0, 0);
    query.setSelectionRange(caret, caret);
  }
  query.addEventListener("input", () => { paint(); suggest(false); });
  query.addEventListener("blur", close);
  query.addEventListener("click", close);
  query.addEventListener("keydown", (event) => {
    const control = event.ctrlKey || event.metaKey, { key } = event;
    if (event.isComposing) return;
    if (control && key === "Enter") ask();
    else if (control && (key === " " || event.code === "Space")) suggest(true);
    else if (offered.length && (key === "ArrowDown" || key === "ArrowUp")) {
      chosen = (chosen + (key === "ArrowDown" ? 1 : offered.length + (chosen < 0 ? 0 : -1))) % offered.length;
      offer();
    } else if (offered.length && chosen >= 0 && (key === "Enter" || key === "Tab")) take(chosen);
    else if (offered.length && key === "Tab" && !event.shiftKey) take(0);
    else if (offered.length && key === "Escape") close();
    else return;
    event.preventDefault();
  });

  // Asking

  const ROWS = "application/sparql-results+json", GRAPH = "text/turtle";
  let asking = null, answer = null, at = 0;
  const SIZE = 50;
  const WRONG = { 400: "sparql_error_400", 406: "sparql_error_406", 413: "sparql_error_413", 422: "sparql_error_422",
    502: "sparql_error_502", 503: "sparql_error_503", 504: "sparql_error_504" };

  const post = (accept, signal) => fetch(DATA.endpoint, { method: "POST", signal, headers: { Accept: accept },
    body: new URLSearchParams({ query: answer ? answer.query : query.value }) });
  async function ask() {
    asking?.abort();
    const mine = asking = new AbortController(), start = performance.now();
    close();
    answer = null;
    remember();
    state(t("sparql_running"), true);
    try {
      const response = await post(`${ROWS}, ${GRAPH};q=0.9`, mine.signal), text = await response.text();
      if (mine !== asking) return;
      const ms = Math.round(performance.now() - start), kind = response.headers.get("content-type") || "";
      if (!response.ok) fail(response.status, text);
      else if (kind.startsWith(GRAPH)) graph(text, response.headers.get("x-rows"), ms);
      else rows(JSON.parse(text), ms);
    } catch (error) {
      if (mine === asking) state(t(error.name === "AbortError" ? "sparql_stopped" : "sparql_unreached"), false);
    }
    if (mine === asking) document.documentElement.dataset.answered = Math.round(performance.now());
  }
  function state(text, running) {
    by("said").textContent = text;
    show(by("stop"), running);
    show(by("answer"), true);
    by("answer").setAttribute("aria-busy", String(running));
    if (running) for (const id of ["wrong", "pager", "downloads"]) show(by(id), false);
    if (running) by("shown").replaceChildren();
  }
  function fail(status, text) {
    state(WRONG[status] ? t(WRONG[status]) : String(status), false);
    by("wrong").textContent = text.trim();
    show(by("wrong"), true);
  }
  function graph(text, count, ms) {
    state(t("sparql_triples", { n: count, ms }), false);
    answer = { query: query.value, text };
    const lines = text.split("\n"), kept = 500;
    by("shown").replaceChildren(el("pre", {}, lines.slice(0, kept).join("\n")));
    if (lines.length > kept) by("shown").append(el("p", { class: "muted" }, t("sparql_more_lines", { n: lines.length - kept })));
    offerFiles([["Turtle", GRAPH, "ttl"], ["JSON-LD", "application/ld+json", "jsonld"], ["N-Triples", "application/n-triples", "nt"]]);
  }
  function rows(found, ms) {
    answer = { query: query.value };
    if ("boolean" in found) {
      state(t(found.boolean ? "sparql_yes" : "sparql_no", { ms }), false);
      return;
    }
    answer.head = found.head.vars;
    answer.rows = found.results.bindings;
    at = 0;
    state(answer.rows.length ? t("sparql_rows", { n: answer.rows.length, ms }) : t("sparql_none"), false);
    table();
    offerFiles([["CSV", "text/csv", "csv"], ["JSON", ROWS, "json"]]);
  }

  // Showing

  function table() {
    const { head, rows: all } = answer, part = all.slice(at, at + SIZE);
    const cells = (row) => head.map((name) => cell(row, name));
    by("shown").replaceChildren(all.length ? el("table", {},
      el("thead", {}, el("tr", {}, head.map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, part.map((row) => el("tr", {}, cells(row))))) : "");
    show(by("pager"), all.length > SIZE);
    by("part").textContent = t("sparql_part", { a: at + 1, b: at + part.length, n: all.length });
    by("before").disabled = at === 0;
    by("after").disabled = at + SIZE >= all.length;
  }
  function cell(row, name) {
    const value = row[name];
    if (!value) return el("td", {});
    if (value.type === "uri") return el("td", {}, node(value.value, label(row, name)));
    if (value.type !== "literal") return el("td", {}, value.type === "bnode" ? "_:" + value.value : JSON.stringify(value.value));
    const number = /#(?:integer|decimal|double|float|int|long)$/.test(value.datatype || "");
    const kind = value["xml:lang"] ? "@" + value["xml:lang"] : "";
    const date = /#(?:date|gYear|gYearMonth|dateTime)$/.test(value.datatype || "");
    return el("td", { class: number ? "number" : date ? "date" : null }, value.value, kind && el("span", { class: "kind" }, " " + kind));
  }
  // What the row itself says a node is called, under a name such as xLabel or x_label.
  function label(row, name) {
    const said = [name + "Label", name + "_label", name + DATA.names, name + "_" + DATA.names].find((key) => row[key]);
    return said ? row[said].value : "";
  }
  function node(iri, called) {
    const own = iri.startsWith(DATA.graph) && !iri.includes("#");
    if (own && DATA.base) {
      const id = iri.slice(DATA.graph.length);
      return el("a", { href: DATA.base + id.split("/").map(encodeURIComponent).join("/") + kept(), title: id }, called || id);
    }
    return link(iri, called || short(iri));
  }
  function short(iri) {
    const [prefix, space] = Object.entries(DATA.prefixes).find((pair) => iri.startsWith(pair[1])) || [];
    return prefix ? `${prefix}:${iri.slice(space.length)}` : iri;
  }
  function kept() {
    const given = new URLSearchParams(location.search), found = new URLSearchParams();
    for (const key of ["lang", "names"]) if (given.get(key)) found.set(key, given.get(key));
    return found.size ? "?" + found : "";
  }
  function offerFiles(forms) {
    const box = by("downloads");
    box.replaceChildren(box.firstElementChild, ...forms.map(([name, media, ending]) => el("button", { type: "button",
      on: { click: async () => {
        const response = await post(media);
        if (response.ok) save(await response.blob(), media, "answer." + ending);
        else fail(response.status, await response.text());
      } } }, name)));
    show(box, true);
  }

  // The address holds the query, so that it can be shared.

  function remember() {
    const address = new URL(location);
    address.searchParams.set("query", query.value);
    history.replaceState(null, "", address);
    for (const anchor of document.querySelectorAll(".nav .ends a")) {
      const there = new URL(anchor.href);
      there.searchParams.set("query", query.value);
      anchor.href = there;
    }
  }
  async function share() {
    remember();
    const told = await navigator.clipboard?.writeText(location.href).then(() => true, () => false);
    by("shared").textContent = t(told ? "sparql_shared" : "sparql_unshared");
    setTimeout(() => { by("shared").textContent = ""; }, 4000);
  }

  by("form").addEventListener("submit", (event) => { event.preventDefault(); ask(); });
  by("stop").addEventListener("click", () => asking?.abort());
  by("share").addEventListener("click", share);
  by("before").addEventListener("click", () => { at -= SIZE; table(); });
  by("after").addEventListener("click", () => { at += SIZE; table(); });
  by("example").addEventListener("change", (event) => {
    const text = DATA.examples[event.target.value];
    if (text) { query.value = text; paint(); ask(); }
  });
  addEventListener("resize", paint);
  paint();
  if (DATA.asked) ask();
  KG.ready();
});
