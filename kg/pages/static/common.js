"use strict";
// What every page shares: its data, words in two languages, dates, elements, links, downloads.
// Text reaches the page through textContent alone, and only http(s) addresses become links.
const KG = (() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const WORDS = read("words");
  let DATA = {};
  const root = document.documentElement;
  const MS = 86400000;
  const state = new URLSearchParams(location.hash.slice(1));
  const page = { lang: root.lang === "en" ? "en" : "zh" };

  const other = (zh, en) => (page.lang === "zh" ? zh || en : en || zh) || "";
  const t = (key, fill) => {
    const text = WORDS[key] ? other(...WORDS[key]) : key;
    return fill ? text.replace(/\{(\w+)\}/g, (_, k) => fill[k]) : text;
  };
  // A thing of the data: [id, zh, en, …]. An unlabelled one shows the last part of its id.
  const name = (thing) => (thing ? other(thing[1], thing[2]) || thing[0].split("/").pop() : "");

  const el = (tag, attrs, ...children) => fill(document.createElement(tag), attrs, children);
  const svg = (tag, attrs, ...children) =>
    fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attrs, children);
  function fill(node, attrs, children) {
    for (const [key, value] of Object.entries(attrs || {})) {
      if (value === undefined || value === null || value === false) continue;
      if (key === "on") for (const [type, act] of Object.entries(value)) node.addEventListener(type, act);
      else node.setAttribute(key, value === true ? "" : value);
    }
    for (const child of children.flat()) if (child || child === 0) node.append(child);
    return node;
  }
  const link = (url, text) => /^https?:\/\//i.test(url || "")
    ? el("a", { href: url, rel: "noopener noreferrer", target: "_blank" }, text) : text;
  // The page of an entity in the explorer, when these pages stand beside one.
  const home = (id, text) => DATA.base
    ? el("a", { href: DATA.base + id.split("/").map(encodeURIComponent).join("/") + languages() }, text) : null;
  // The languages that the address of this page names go along.
  const languages = () => {
    const given = new URLSearchParams(location.search), kept = new URLSearchParams();
    for (const key of ["lang", "names"]) if (given.get(key)) kept.set(key, given.get(key));
    return kept.size ? "?" + kept : "";
  };

  // Days since 1970; a month or a year spans its days.
  const day = (text) => {
    const m = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text || "");
    if (!m) return null;
    const ms = Date.UTC(+m[1], m[2] - 1, +m[3]);
    return new Date(ms).toISOString().slice(0, 10) === text ? Math.round(ms / MS) : null;
  };
  const iso = (d) => new Date(d * MS).toISOString().slice(0, 10);
  // A date of the data: its text, or [text, earliest, latest] where the text does not tell its bounds.
  function when(date) {
    if (!date) return null;
    if (Array.isArray(date)) return { text: date[0], a: day(date[1]), b: day(date[2]) };
    const [y, m, d] = date.split("-");
    const last = () => (d || iso(Date.UTC(+y, m ? +m : 12, 0) / MS).slice(8));
    return { text: date, a: day(`${y}-${m || "01"}-${d || "01"}`), b: day(`${y}-${m || "12"}-${last()}`) };
  }
  const dated = (w) => {
    const m = w && /^(.*)\.\.(.*)$/.exec(w.text);
    if (!w) return t("unknown");
    if (!m) return w.text;
    return m[1] && m[2] ? t("between", { a: m[1], b: m[2] }) : t(m[1] ? "from_then" : "up_to", { a: m[1] || m[2] });
  };

  // [lo, hi] is when a thing may hold, [lo1, hi1] when it surely does. `open`: 1 always, 4 no known end.
  function interval(it) {
    const always = it.open & 1, or = (x, y) => (x === null ? y : x), INF = Infinity;
    it.lo = always ? -INF : it.start ? or(it.start.a, -INF) : INF;
    it.lo1 = always ? -INF : it.start ? or(it.start.b, INF) : INF;
    it.hi = it.end ? or(it.end.b, INF) : INF;
    it.hi1 = it.open & 4 ? INF : it.end ? or(it.end.a, -INF) : it.lo1;
    return it;
  }
  const holds = (it, d) => (d < it.lo || d > it.hi ? 0 : d >= it.lo1 && d <= it.hi1 ? 2 : 1);
  const since = (it) => (it.open & 1 ? t("always") : it.start && it.start.text ? dated(it.start) : t("start_unknown"));
  const until = (it) => (it.end && it.end.text ? dated(it.end) : t(it.open & 4 ? "open" : "end_unknown"));
  const span = (it) => (it.open === 5 ? t("always") : `${since(it)} – ${until(it)}`);

  // A source is the number of a cite, [document, place]; a document: [id, zh, en, url].
  const cite = (number) => {
    const source = DATA.cites[number], doc = DATA.documents[source[0]];
    const text = [link(doc[3], name(doc))];
    if (source[1]) text.push(", " + where(source[1]));
    return el("span", { class: "cite" }, text);
  };
  const where = (place) => (/^p\d/.test(place) ? t("page", { n: place.slice(1) }) : place);

  function words(scope) {
    for (const node of scope.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
    for (const node of scope.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
    for (const node of scope.querySelectorAll("[data-hint]")) node.setAttribute("placeholder", t(node.dataset.hint));
  }
  function speak() {
    root.lang = page.lang === "zh" ? "zh-Hans" : "en";
    words(document);
    const title = other(DATA.title.zh, DATA.title.en);
    document.title = title;
    document.getElementById("title").textContent = title;
  }
  // The address holds the state of the page, so that a link to it shows the same.
  function keep(values) {
    const now = new URLSearchParams();
    for (const [key, value] of Object.entries(values)) if (value) now.set(key, value);
    if (page.lang !== DATA.lang) now.set("lang", page.lang);
    const hash = now.toString();
    if (hash !== location.hash.slice(1)) history.replaceState(null, "", "#" + hash);
  }
  function save(content, type, file) {
    const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
    el("a", { href: url, download: file }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  }
  const color = (token) => getComputedStyle(root).getPropertyValue("--" + token).trim();
  // Light, dark or as the system says; `redraw` is called when colours or words change.
  function controls(redraw) {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
    document.getElementById("theme").addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      redraw();
    });
    document.getElementById("lang").addEventListener("click", () => {
      page.lang = page.lang === "zh" ? "en" : "zh";
      speak();
      redraw();
    });
    // The explorer's own link to the other language keeps what is chosen on the page.
    const turn = document.querySelector(".nav a[hreflang]");
    if (turn) turn.addEventListener("click", () => { turn.hash = location.hash; });
    dark.addEventListener("change", redraw);
    speak();
  }
  // Runs a page once its data are there: as JSON, or packed (deflated, in base64) to keep a file small.
  async function run(main) {
    const packed = document.getElementById("packed");
    if (packed) {
      const bytes = Uint8Array.from(atob(packed.textContent), (char) => char.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
      DATA = JSON.parse(await new Response(stream).text());
    } else DATA = read("data");
    KG.DATA = DATA;
    page.lang = ["zh", "en"].find((lang) => lang === state.get("lang")) || DATA.lang;
    main();
  }
  // Marks the page as drawn; tests and screenshots wait for it.
  const ready = () => { root.dataset.ready = Math.round(performance.now()); };

  return { run, page, state, t, other, name, el, svg, link, home, day, iso, when, dated, interval, holds, since, span, cite, words, keep, save,
    color, controls, ready };
})();
