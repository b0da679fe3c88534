// The timeline of policy roll-out: lanes by level, bars for validity, diamonds for dated steps,
// hatching for what a partial date leaves open, and the chain of implementation on a click.
KG.run(() => {
  const { DATA: D, page, state, t, other, name, el, svg, day, iso, when, dated, cite, keep, color } = KG;
  const ROW = 30, HEAD = 34, AREA = 58, AXIS = 28, TALL = 90, DIM = 34, FONT = 12.5, FEW = 300;
  const INF = Infinity, CHAIN = 2; // relations 0 … CHAIN-1 are followed all the way
  const $ = (id) => document.getElementById(id);
  const scroll = $("scroll"), chart = $("chart"), axis = $("axis"), plot = $("plot"), panel = $("panel");

  // The table, which is there with or without this script, holds the labels in the page's own language.
  const rows = [...$("rows").rows];
  const items = D.items.map((row, n) => {
    const [ref, label, lane, kind, place, start, end, open, marks, topics, links, sources, status] = row;
    const [folder, last] = ref.split(":"), own = rows[n].cells[0].textContent.trim();
    const [zh, en] = D.lang === "zh" ? [own, label] : [label, own], id = `${D.folders[folder]}/${last}`;
    const it = { n, id, zh, en, lane, kind, place, open, topics: topics || [], sources: sources || [], status,
      start: when(start), end: when(end), back: [],
      marks: (marks || []).map(([event, date, from]) => ({ event, when: when(date), from: from || [] })),
      links: links || [] };
    measure(it);
    return it;
  });
  // A document that is an item itself stands as its number.
  D.documents = D.documents.map((doc) => {
    const it = items[doc[0]];
    return it ? [it.id, it.zh, it.en, doc[1]] : doc;
  });
  for (const it of items) for (const [rel, to] of it.links) items[to].back.push([rel, it.n]);

  // `bar` says whether it has a validity at all; `first` and `last` are the days to show it on.
  function measure(it) {
    KG.interval(it);
    it.bar = Boolean(it.start || it.open & 1);
    const known = it.marks.flatMap((m) => [m.when.a, m.when.b]).filter((d) => d !== null);
    it.first = Math.min(it.lo === -INF ? (it.lo1 < INF ? it.lo1 : INF) : it.lo, ...known);
    it.dated = it.bar || known.length > 0;
    it.last = Math.max(it.bar ? it.hi : -INF, ...known);
  }
  const finite = items.flatMap((it) => [it.first, it.last, it.lo1, it.hi1]).filter(Number.isFinite);
  const edge = finite.reduce(([a, b], x) => [Math.min(a, x), Math.max(b, x)], [INF, -INF]);
  const margin = Math.max(200, (edge[1] - edge[0]) * 0.06);
  const DOM = finite.length ? [edge[0] - margin / 3, edge[1] + margin] : [0, 365];
  for (const it of items) if (it.first === INF) it.first = DOM[0];

  const S = { q: state.get("q") || "", place: state.get("place") || "", topic: state.get("topic") || "",
    kind: state.get("kind") || "", on: state.get("on") || D.on || "", held: state.get("held") === "1",
    item: items.find((it) => it.id === state.get("id")) || null, chain: state.get("chain") === "1",
    table: state.get("view") === "table", a: day(state.get("from")) ?? DOM[0], b: day(state.get("to")) ?? DOM[1],
    shut: new Set(), cursor: null };
  if (S.b - S.a < 20) [S.a, S.b] = DOM;
  let W = 0, P = {}, lanes = [], order = [], height = 0, traced = null, pending = 0, touched = false, spoken = D.lang;

  const X = (d) => ((d - S.a) / (S.b - S.a)) * W;
  const at = (x) => S.a + (x / W) * (S.b - S.a);
  const clip = (x) => Math.max(-20, Math.min(W + 20, x));
  const pen = document.createElement("canvas").getContext("2d");
  const widths = new Map();
  const family = getComputedStyle(document.body).fontFamily;
  function width(text) {
    if (!widths.has(text)) {
      pen.font = `${FONT}px ${family}`;
      widths.set(text, pen.measureText(text).width);
    }
    return widths.get(text);
  }
  function cut(text, room) {
    if (width(text) <= room) return text;
    let low = 0, high = text.length;
    while (low < high) {
      const mid = (low + high + 1) >> 1;
      if (width(text.slice(0, mid) + "…") <= room) low = mid; else high = mid - 1;
    }
    return low ? text.slice(0, low) + "…" : "";
  }
  const title = (it) => other(it.zh, it.en) || it.id.split("/").pop();
  const holds = (it, d) => (it.bar ? KG.holds(it, d) : 0);

  // Filters ------------------------------------------------------------------------------------
  const things = (it) => [D.places[it.place], D.kinds[it.kind], ...it.topics.map((n) => D.topics[n])];
  for (const it of items) {
    it.hay = [it.zh, it.en, it.id, ...things(it).flatMap((x) => (x ? [x[1], x[2]] : []))].join(" ").toLowerCase();
  }
  function within(place, id) {
    for (let p = place, step = 0; p >= 0 && D.places[p] && step < 20; p = D.places[p][3] ?? -1, step++)
      if (D.places[p][0] === id) return true;
    return false;
  }
  function wanted() {
    const words = S.q.toLowerCase().split(/\s+/).filter(Boolean), on = day(S.on);
    return (it) => (!S.chain || !traced || traced.has(it.n)) && (!S.held || on === null || holds(it, on))
      && words.every((w) => it.hay.includes(w)) && (!S.place || within(it.place, S.place))
      && (!S.kind || D.kinds[it.kind]?.[0] === S.kind)
      && (!S.topic || it.topics.some((n) => D.topics[n][0] === S.topic));
  }

  // The chain of implementation: all that the item carries out, all that carries it out ---------
  function trace(it) {
    if (!it) return null;
    const found = new Map([[it.n, 0]]);
    for (const side of ["links", "back"]) {
      const queue = [it.n];
      for (const n of queue)
        for (const [rel, to] of items[n][side])
          if (!found.has(to) && (rel < CHAIN || n === it.n)) {
            found.set(to, side === "links" ? -1 : 1);
            if (rel < CHAIN) queue.push(to);
          }
    }
    return found;
  }

  // Layout: rows within lanes, so that neither bars nor captions meet ---------------------------
  function layout() {
    const keepIt = wanted(), scale = (DOM[1] - DOM[0]) / Math.max(W, 1);
    lanes = D.lanes.map((lane, n) => ({ n, lane, rows: [], items: [] }));
    const shown = items.filter(keepIt);
    for (const it of shown) if (it.dated) lanes[it.lane].items.push(it);
    lanes = lanes.filter((l) => l.items.length);
    let y = 0;
    order = [];
    for (const l of lanes) {
      l.items.sort((p, q) => p.first - q.first || p.n - q.n);
      pack(l, scale);
      if (!touched && l.rows.length > TALL) S.shut.add(l.n);
      const shut = S.shut.has(l.n);
      l.y = y;
      order.push({ lane: l });
      l.rows.forEach((row, r) => row.forEach((it) => {
        it.y = shut ? y + HEAD + AREA - 6 : y + HEAD + r * ROW;
        if (!shut) order.push({ it });
      }));
      l.h = HEAD + (shut ? AREA : l.rows.length * ROW) + 8;
      y += l.h;
    }
    height = Math.max(y, 120);
    touched = true;
    say(shown);
  }
  function pack(lane, scale) {
    const ends = [];
    lane.rows = [];
    for (const it of lane.items) {
      const label = Math.min(width(title(it)), W - 24) + 26;
      const left = Math.min(it.first - (it.lo === -INF && it.lo1 > -INF ? DIM * scale : 0), DOM[1] - label * scale);
      const right = Math.max(it.last, left + label * scale);
      let r = ends.findIndex((end) => end <= left);
      if (r < 0) { r = ends.length; ends.push(0); lane.rows.push([]); }
      ends[r] = right + 8 * scale;
      lane.rows[r].push(it);
    }
  }
  function say(shown) {
    const on = day(S.on), undated = shown.filter((it) => !it.dated).length;
    const parts = [t("count_items", { n: shown.length })];
    if (shown.length < items.length) parts[0] += " " + t("of_all", { n: items.length });
    if (on !== null) {
      const counts = [0, 0, 0];
      for (const it of shown) if (it.bar) counts[holds(it, on)]++;
      parts.push(t("on_day", { day: S.on, yes: counts[2], maybe: counts[1], no: counts[0] }));
    }
    if (undated) parts.push(t("undated", { n: undated }));
    if (!shown.length) parts.push(t("nothing"));
    $("status").textContent = parts.join(" · ");
    const seen = new Set(shown.map((it) => it.n));
    rows.forEach((row, n) => { if (row.hidden === seen.has(n)) row.hidden = !seen.has(n); });
  }

  // Drawing --------------------------------------------------------------------------------------
  function palette() {
    for (const token of ["ink", "muted", "line", "hair", "paper", "wash", "accent", "asof", "focus"])
      P[token] = color(token);
    P.lane = D.lanes.map((lane) => color("lv" + (lane[3] || 8)));
  }
  function defs() {
    const out = svg("defs"), end = X(DOM[1]), begin = X(DOM[0]), far = Math.min(110, W / 4);
    const grade = (id, x1, x2, fill) => svg("linearGradient", { id, x1, x2, y1: 0, y2: 0,
      gradientUnits: "userSpaceOnUse" }, svg("stop", { offset: 0, "stop-color": fill }),
    svg("stop", { offset: 1, "stop-color": fill, "stop-opacity": 0.06 }));
    P.lane.forEach((fill, n) => out.append(
      svg("pattern", { id: "h" + n, width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
        svg("rect", { width: 5, height: 5, fill, opacity: 0.14 }), svg("rect", { width: 2, height: 5, fill })),
      grade("r" + n, end - far, end, fill), grade("l" + n, begin + far, begin, fill)));
    return out;
  }
  function ticks() {
    const span = S.b - S.a, px = W / span;
    const step = [[1, 30], [3, 91], [6, 182], [12, 365], [24, 730], [60, 1826], [120, 3652], [240, 7305], [600, 18262]]
      .find(([, days]) => days * px >= (days < 365 ? 74 : 52)) || [1200, 36525];
    const out = [];
    if (30 * px > 500) {
      const days = Math.max(1, Math.ceil(92 / px));
      for (let d = Math.ceil(S.a / days) * days; d <= S.b; d += days) out.push([d, iso(d)]);
      return out;
    }
    let y = +iso(S.a).slice(0, 4), m = 0;
    if (step[0] >= 12) y -= y % (step[0] / 12);
    for (let d; (d = Date.UTC(y, m, 1) / 86400000) <= S.b; m += step[0])
      if (d >= S.a) out.push([d, step[0] < 12 ? iso(d).slice(0, 7) : iso(d).slice(0, 4)]);
    return out;
  }
  const words = (attrs, text) => svg("text", { "font-size": FONT, "font-family": family, fill: P.ink, ...attrs }, text);

  function drawAxis(g, y) {
    g.append(svg("line", { x1: 0, x2: W, y1: y + AXIS - 0.5, y2: y + AXIS - 0.5, stroke: P.line }));
    for (const [d, text] of ticks()) {
      const x = X(d), w = width(text);
      g.append(svg("line", { x1: x, x2: x, y1: y + AXIS - 6, y2: y + AXIS, stroke: P.muted }));
      if (x + 4 + w < W) g.append(words({ x: x + 4, y: y + AXIS - 9, fill: P.muted, "font-size": 12 }, text));
    }
    const on = day(S.on);
    if (on === null || on < S.a || on > S.b) return;
    const w = width(S.on) + 12, x = Math.max(0, Math.min(W - w, X(on) - w / 2));
    g.append(svg("rect", { x, y: y + 3, width: w, height: 19, rx: 3, fill: P.asof }),
      words({ x: x + 6, y: y + 17, fill: P.paper, "font-size": 12, "font-weight": 600 }, S.on));
  }
  function drawChart(g, from, to) {
    for (const l of lanes) if (l.y < to && l.y + l.h > from)
      g.append(svg("rect", { x: 0, y: l.y, width: W, height: HEAD - 6, fill: P.wash }),
        svg("rect", { x: 0, y: l.y, width: 4, height: HEAD - 6, fill: P.lane[l.n] }));
    for (const [d] of ticks())
      g.append(svg("line", { x1: X(d), x2: X(d), y1: Math.max(0, from), y2: Math.min(height, to), stroke: P.hair }));
    const links = svg("g", { "pointer-events": "none" });
    g.append(links);
    for (const l of lanes) if (l.y < to && l.y + l.h > from) drawLane(g, l, from, to);
    drawLinks(links, g, from, to);
    const on = day(S.on);
    if (on !== null && on >= S.a && on <= S.b)
      g.append(svg("line", { x1: X(on), x2: X(on), y1: Math.max(0, from), y2: Math.min(height, to),
        stroke: P.asof, "stroke-width": 1.5, "stroke-dasharray": "5 3" }));
  }
  function drawLane(g, l, from, to) {
    const shut = S.shut.has(l.n), text = `${name(l.lane)} · ${l.items.length}`;
    const head = svg("g", { role: "button", id: "lane" + l.n, "aria-expanded": String(!shut), "data-lane": l.n },
    svg("rect", { x: 0, y: l.y, width: W, height: HEAD - 6, fill: "transparent" }),
    svg("path", { d: shut ? "M0 0l5 4-5 4z" : "M0 0h8l-4 5z", fill: P.muted,
      transform: `translate(13 ${l.y + (shut ? 10 : 12)})` }),
    words({ x: 28, y: l.y + 19, "font-weight": 650, "font-size": 13 }, text));
    if (S.cursor === "lane" + l.n) head.append(ring(1, l.y + 1, W - 2, HEAD - 8));
    g.append(head);
    if (shut) return drawArea(g, l);
    for (let r = 0; r < l.rows.length; r++) {
      const y = l.y + HEAD + r * ROW;
      if (y > to || y + ROW < from) continue;
      let free = 0;
      for (const it of l.rows[r]) free = drawItem(g, it, y, free);
    }
  }
  const ring = (x, y, w, h) => svg("rect", { x, y, width: w, height: h, fill: "none", stroke: P.focus,
    "stroke-width": 2, rx: 3 });
  const diamond = (x, y, r, attrs) => svg("path", { d: `M${x} ${y - r}l${r} ${r} ${-r} ${r} ${-r} ${-r}z`, ...attrs });

  function drawItem(g, it, y, free) {
    const left = X(it.first), right = X(Math.min(it.last, DOM[1]));
    if (right < -4 || left > W + 4) return free;
    const tint = P.lane[it.lane], on = day(S.on), state = on === null || !it.bar ? 2 : holds(it, on);
    const far = traced && S.item ? !traced.has(it.n) : false;
    const text = (state === 1 ? "? " : "") + title(it);
    const room = W - 16, want = Math.min(width(text), room);
    let x = Math.max(left, 8);
    if (x > right - want && left < x) x = Math.max(left, Math.min(x, right - want));
    x = Math.max(free, Math.min(x, W - want - 8));
    const box = svg("g", { role: "button", id: "i" + it.n, "data-item": it.n, opacity: far ? 0.18 : state === 0 ? 0.38 : 1 },
    svg("title", {}, `${title(it)}\n${validity(it)}`));
    box.append(svg("rect", { x: clip(Math.min(x, left)), y, height: ROW - 2, fill: "transparent",
      width: Math.max(8, Math.max(clip(right), x + want) - clip(Math.min(x, left))) }));
    const chosen = S.item === it;
    const caption = cut(text, Math.min(room, W - x - 4));
    const halo = traced && !far ? { stroke: P.paper, "stroke-width": 3.5, "paint-order": "stroke" } : {};
    box.append(words({ x, y: y + 13, "font-weight": chosen ? 650 : 400, ...halo }, caption));
    drawBar(box, it, y + 18, tint);
    drawMarks(box, it, y + 21.5, tint);
    if (chosen) box.append(svg("rect", { x: clip(left) - 2, y: y + 27.5, width: Math.max(6, clip(right) - clip(left)),
      height: 1.5, fill: P.accent }));
    if (S.cursor === "i" + it.n) box.append(ring(Math.max(1, clip(Math.min(x, left)) - 4), y - 1,
      Math.min(W - 2, Math.max(clip(right), x + want) - clip(Math.min(x, left)) + 8), ROW - 1));
    g.append(box);
    return Math.max(x + want + 8, right + 8);
  }
  function drawBar(g, it, y, tint) {
    if (!it.bar) return;
    const n = it.lane, put = (a, b, fill, more) => {
      const x = clip(X(Math.max(a, DOM[0]))), w = clip(X(Math.min(b, DOM[1]))) - x;
      if (w > 0) g.append(svg("rect", { x, y, width: Math.max(w, 1.5), height: 7, fill, ...more }));
    };
    const hatch = `url(#h${n})`, edge = { stroke: tint, "stroke-width": 0.75 };
    if (it.lo1 > it.hi1 + 1) return put(it.lo, it.hi + 1, hatch, edge);
    const early = it.lo === -INF && it.lo1 > -INF ? it.first - DIM * (S.b - S.a) / W : it.lo;
    if (early < it.lo1) put(early, it.lo1, hatch, edge);
    if (it.lo1 < INF && it.hi1 > -INF)
      put(it.lo1, it.hi1 + 1, it.hi1 === INF ? `url(#r${n})` : it.lo1 === -INF ? `url(#l${n})` : tint, { rx: 1.5 });
    if (it.hi > it.hi1) put(it.hi1 + 1, it.hi + 1, hatch, edge);
  }
  function drawMarks(g, it, y, tint) {
    const known = it.marks.filter((m) => m.when.a !== null && m.when.b !== null);
    const start = it.bar ? Math.max(it.lo, DOM[0]) : it.last;
    if (known.length && it.first < start)
      g.append(svg("line", { x1: clip(X(it.first)), x2: clip(X(start)), y1: y, y2: y, stroke: tint,
        "stroke-dasharray": "1.5 2.5" }));
    for (const { event, when: w } of known) {
      const x = (X(w.a) + X(w.b)) / 2, exact = w.a === w.b;
      if (x < -10 || x > W + 10) continue;
      if (!exact) g.append(svg("line", { x1: X(w.a), x2: X(w.b + 1), y1: y + 4.5, y2: y + 4.5, stroke: tint }));
      g.append(diamond(x, y, 4.5, { fill: exact ? tint : P.paper, stroke: exact ? P.paper : tint, "stroke-width": 1.2 }));
      g.lastChild.append(svg("title", {}, `${name(D.events[event])} ${dated(w)}`));
    }
  }
  function drawArea(g, l) {
    const base = l.y + HEAD + AREA - 8, top = l.y + HEAD + 6;
    const steps = (from, to) => {
      const turn = new Map();
      const add = (d, by) => turn.set(d, (turn.get(d) || 0) + by);
      for (const it of l.items) {
        const [a, b] = it.bar ? [from(it), to(it) + 1] : [it.first, it.last + 1];
        if (a >= b) continue;
        add(Math.max(a, DOM[0]), 1);
        if (b < DOM[1]) add(b, -1);
      }
      let sum = 0;
      return [...turn].sort((p, q) => p[0] - q[0]).map(([d, by]) => [d, (sum += by)]);
    };
    const may = steps((it) => it.lo, (it) => it.hi), sure = steps((it) => it.lo1, (it) => it.hi1);
    const most = Math.max(1, ...may.map((s) => s[1]));
    const path = (list) => {
      let out = `M${clip(X(DOM[0]))} ${base}`, y = base;
      for (const [d, n] of list) {
        const x = clip(X(d)).toFixed(1);
        out += `H${x}V${(y = base - (n / most) * (base - top)).toFixed(1)}`;
      }
      return `${out}H${clip(X(DOM[1]))}V${base}Z`;
    };
    g.append(svg("path", { d: path(may), fill: `url(#h${l.n})` }), svg("path", { d: path(sure), fill: P.lane[l.n] }),
      svg("line", { x1: 0, x2: W, y1: base, y2: base, stroke: P.line }),
      words({ x: 12, y: top + 8, fill: P.muted, "font-size": 12 }, t("area", { n: most })));
  }
  // Lines run under the captions, their ends lie on the bars.
  function drawLinks(under, over, from, to) {
    if (!traced || traced.size < 2) return;
    for (const n of traced.keys()) {
      const it = items[n];
      for (const [rel, m] of it.links) {
        const up = items[m];
        if (!traced.has(m) || it.y === undefined || up.y === undefined || !shownNow(it) || !shownNow(up)) continue;
        if (rel >= CHAIN && S.item !== it && S.item !== up) continue;
        const [y1, y2] = [up.y + 21, it.y + 21];
        if (Math.max(y1, y2) < from || Math.min(y1, y2) > to) continue;
        const x1 = clip(X(anchor(up))), x2 = clip(X(anchor(it)));
        const mid = (y1 + y2) / 2, bow = y1 === y2 ? -14 : 0;
        under.append(svg("path", { d: `M${x1} ${y1}C${x1} ${mid + bow} ${x2} ${mid + bow} ${x2} ${y2}`, fill: "none",
          stroke: P.accent, "stroke-width": 1.4, "stroke-dasharray": rel < CHAIN ? null : "4 3" }));
        over.append(svg("circle", { cx: x1, cy: y1, r: 3, fill: P.accent, "pointer-events": "none" }),
          arrow(x2, y2, y2 >= y1));
      }
    }
  }
  const arrow = (x, y, down) => svg("path", { "pointer-events": "none", fill: P.accent,
    d: down ? `M${x - 4} ${y - 7}h8l-4 7z` : `M${x - 4} ${y + 7}h8l-4-7z` });
  const anchor = (it) => (it.bar && it.lo > -INF ? it.lo : it.first);
  const shownNow = (it) => lanes.some((l) => l.n === it.lane && l.items.includes(it));

  function draw(all) {
    pending = 0;
    const now = plot.clientWidth;
    if (now !== W) { W = now; layout(); }
    const box = chart.getBoundingClientRect(), port = scroll.getBoundingClientRect();
    const whole = all || order.length <= FEW; // many rows are drawn as they come into view
    const top = whole ? 0 : Math.max(0, port.top) - box.top - 200;
    const bottom = whole ? height : Math.min(window.innerHeight, port.bottom) - box.top + 200;
    size(axis, AXIS);
    size(chart, height);
    axis.replaceChildren();
    drawAxis(axis, 0);
    chart.replaceChildren(defs());
    drawChart(chart, top, bottom);
    if (S.cursor) plot.setAttribute("aria-activedescendant", S.cursor); else plot.removeAttribute("aria-activedescendant");
  }
  function size(node, h) {
    node.setAttribute("width", W);
    node.setAttribute("height", h);
    node.setAttribute("viewBox", `0 0 ${W} ${h}`);
  }
  const redraw = () => { pending = pending || requestAnimationFrame(() => draw()); };
  function refresh() {
    layout();
    redraw();
    keep({ q: S.q, place: S.place, topic: S.topic, kind: S.kind, on: S.on === D.on ? "" : S.on, held: S.held && "1",
      id: S.item && S.item.id, chain: S.chain && "1", view: S.table && "table",
      from: S.a > DOM[0] + 1 && iso(S.a), to: S.b < DOM[1] - 1 && iso(S.b) });
  }

  // Words about one item -------------------------------------------------------------------------
  function validity(it) {
    if (!it.bar) return it.marks.length ? dated(it.marks[0].when) : t("no_date");
    return KG.span(it);
  }
  // How long after: in days, as a span where a date is partial.
  function lag(later, earlier) {
    if (![later.lo, later.lo1, earlier.lo, earlier.lo1].every(Number.isFinite)) return "";
    const a = later.lo - earlier.lo1, b = later.lo1 - earlier.lo;
    const n = a === b ? String(Math.abs(a)) : a >= 0 ? `${a}–${b}` : b <= 0 ? `${-b}–${-a}` : null;
    if (n === null) return t("lag_about", { a: -a, b });
    return a === 0 && b === 0 ? t("lag_same") : t(a >= 0 ? "lag_after" : "lag_before", { n });
  }
  function choose(it, look) {
    const stood = it && it.y !== undefined ? it.y + chart.getBoundingClientRect().top : null;
    S.item = it;
    traced = trace(it);
    if (!it) S.chain = false;
    panel.hidden = !it;
    $("main").classList.toggle("open", Boolean(it));
    if (it) show(it);
    refresh();
    if (it && look) reveal(it);
    else if (stood !== null && plot.clientWidth !== W) {
      // The panel takes room and the rows are packed anew: keep the item where the eye is.
      draw();
      const by = it.y + chart.getBoundingClientRect().top - stood;
      if (scroll.scrollHeight > scroll.clientHeight + 2) scroll.scrollTop += by; else scrollBy(0, by);
    }
  }
  // The time that the chain takes, or all of it again.
  function near() {
    const first = Math.min(...[...traced.keys()].map((n) => items[n].first));
    [S.a, S.b] = S.chain ? [Math.max(DOM[0], first - (DOM[1] - first) * 0.05), DOM[1]] : DOM;
  }
  function reveal(it) {
    const l = lanes.find((lane) => lane.n === it.lane);
    if (l && S.shut.delete(l.n)) layout();
    draw();
    if (it.y === undefined) return;
    if (it.bar && (it.first > S.b || it.last < S.a)) move(anchor(it) - (S.a + S.b) / 2);
    const box = chart.getBoundingClientRect(), tall = scroll.scrollHeight > scroll.clientHeight + 2;
    if (tall) scroll.scrollTop = it.y - scroll.clientHeight / 2 + AXIS;
    else if (box.top + it.y < 40 || box.top + it.y > innerHeight * 0.34) scrollBy(0, box.top + it.y - innerHeight * 0.2);
  }
  function show(it) {
    const l = D.lanes[it.lane], list = (key, nodes) => (nodes.length ? [el("h3", {}, t(key)), el("ul", {}, nodes)] : []);
    const pick = (n, note) => el("li", {}, el("button", { class: "link", type: "button",
      on: { click: () => choose(items[n], true) } }, title(items[n])),
    el("span", { class: "cite" }, [validity(items[n]), note].filter(Boolean).join(" · ")));
    const back = it.zh && it.en ? el("p", { class: "muted small", lang: page.lang === "zh" ? "en" : "zh-Hans" },
      page.lang === "zh" ? it.en : it.zh) : "";
    const fact = (key, value) => (value ? [el("dt", {}, t(key)), el("dd", {}, value)] : []);
    const rel = (list, r, turn) => list.filter((x) => x[0] === r).map(([, n]) => pick(n, turn(items[n])));
    const relations = ["implements", "based_on", "replaces", "amends"];
    const link = KG.home(it.id, t("entity"));
    const following = traced.size > 1 ? el("p", {}, el("button", { type: "button", "aria-pressed": String(S.chain),
      on: { click: () => { S.chain = !S.chain; show(it); near(); refresh(); reveal(it); } } }, t("only_chain", { n: traced.size }))) : "";
    panel.replaceChildren(
      el("button", { class: "close", type: "button", "aria-label": t("close"), on: { click: () => choose(null) } }, "×"),
      el("h2", {}, title(it)), back,
      el("dl", { class: "facts" }, fact("valid", validity(it)), fact("status", name(D.statuses[it.status])),
        fact("kind", name(D.kinds[it.kind])), fact("level", name(l)), fact("place", name(D.places[it.place]))),
      it.topics.length ? el("p", {}, it.topics.map((n) => el("span", { class: "chip" }, name(D.topics[n])))) : "",
      link ? el("p", {}, link) : "", following,
      ...list("dates", it.marks.map((m) => el("li", {}, `${name(D.events[m.event])} ${dated(m.when)}`, m.from.map(cite)))),
      ...relations.flatMap((key, r) => [
        ...list(key, rel(it.links, r, (up) => lag(it, up))),
        ...list(key + "_back", rel(it.back, r, (down) => lag(down, it)))]),
      ...list("sources", it.sources.map((s) => el("li", {}, cite(s)))));
    panel.scrollTop = 0;
  }

  // Gestures ----------------------------------------------------------------------------------------
  function zoom(by, x) {
    const mid = at(x ?? W / 2), span = Math.max(20, Math.min(DOM[1] - DOM[0], (S.b - S.a) / by));
    const share = (mid - S.a) / (S.b - S.a);
    S.a = mid - share * span;
    S.b = S.a + span;
    move(0);
  }
  function move(days) {
    const span = S.b - S.a;
    S.a = Math.max(DOM[0], Math.min(DOM[1] - span, S.a + days));
    S.b = S.a + span;
    redraw();
    clearTimeout(move.later);
    move.later = setTimeout(refresh, 200);
  }
  const fit = () => { [S.a, S.b] = DOM; refresh(); };
  const where = (event) => event.clientX - chart.getBoundingClientRect().left;
  scroll.addEventListener("wheel", (event) => {
    if (S.table) return;
    const tall = scroll.scrollHeight > scroll.clientHeight + 2 || document.body.scrollHeight > innerHeight + 2;
    if (event.ctrlKey || event.metaKey || event.altKey || (!tall && event.deltaY)) {
      event.preventDefault();
      zoom(Math.exp(-Math.max(-240, Math.min(240, event.deltaY)) / 300), where(event));
    } else if (event.deltaX || event.shiftKey) {
      event.preventDefault();
      move(((event.deltaX || event.deltaY) / W) * (S.b - S.a));
    }
  }, { passive: false });
  const fingers = new Map();
  let moved = 0, line = false;
  plot.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    fingers.set(event.pointerId, event.clientX);
    const on = day(S.on);
    if (fingers.size === 1) { moved = 0; line = on !== null && Math.abs(where(event) - X(on)) < 6; }
  });
  addEventListener("pointermove", (event) => {
    const was = fingers.get(event.pointerId);
    if (was === undefined) return;
    const step = event.clientX - was;
    moved += Math.abs(step);
    if (fingers.size === 2) {
      const still = [...fingers].find(([id]) => id !== event.pointerId)[1];
      const [old, now] = [Math.abs(was - still), Math.abs(event.clientX - still)];
      if (old > 10 && now > 10) zoom(now / old, (event.clientX + still) / 2 - chart.getBoundingClientRect().left);
    } else if (line) setDay(iso(Math.round(at(where(event)))), true);
    else if (moved > 4) { chart.classList.add("drag"); move((-step / W) * (S.b - S.a)); }
    fingers.set(event.pointerId, event.clientX);
  });
  for (const type of ["pointerup", "pointercancel"]) addEventListener(type, (event) => {
    fingers.delete(event.pointerId);
    chart.classList.remove("drag");
    if (line) refresh();
    line = false;
  });
  chart.addEventListener("click", (event) => {
    if (moved > 4) return;
    const hit = event.target.closest("[data-item],[data-lane]");
    if (!hit) return;
    if (hit.dataset.lane) fold(+hit.dataset.lane); else choose(items[+hit.dataset.item]);
  });
  axis.addEventListener("click", (event) => { if (moved < 5) setDay(iso(Math.round(at(where(event))))); });
  function fold(n) {
    if (!S.shut.delete(n)) S.shut.add(n);
    refresh();
  }
  plot.addEventListener("keydown", (event) => {
    if (event.target !== plot || event.ctrlKey || event.metaKey || event.altKey) return;
    const span = S.b - S.a, act = {
      ArrowLeft: () => move(-span / 8), ArrowRight: () => move(span / 8), "+": () => zoom(1.4), "=": () => zoom(1.4),
      "-": () => zoom(1 / 1.4), 0: fit, Home: fit, ArrowDown: () => step(1), ArrowUp: () => step(-1),
      Enter: enter, " ": enter, Escape: () => choose(null) }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  const key = (entry) => (entry.it ? "i" + entry.it.n : "lane" + entry.lane.n);
  function step(by) {
    const n = order.findIndex((entry) => key(entry) === S.cursor);
    const entry = order[n < 0 ? 0 : Math.max(0, Math.min(order.length - 1, n + by))];
    if (!entry) return;
    S.cursor = key(entry);
    const y = entry.it ? entry.it.y : entry.lane.y, box = chart.getBoundingClientRect(), port = scroll.getBoundingClientRect();
    const low = Math.min(innerHeight, port.bottom) - 60, high = Math.max(0, port.top) + AXIS + 8;
    const by2 = box.top + y > low ? box.top + y - low : box.top + y < high ? box.top + y - high : 0;
    if (scroll.scrollHeight > scroll.clientHeight + 2) scroll.scrollTop += by2; else scrollBy(0, by2);
    draw();
  }
  function enter() {
    const entry = order.find((e) => key(e) === S.cursor);
    if (entry) entry.it ? choose(entry.it) : fold(entry.lane.n);
  }

  // Controls ------------------------------------------------------------------------------------------
  function setDay(text, soft) {
    S.on = text;
    $("on").value = text;
    $("on").removeAttribute("aria-invalid");
    if (soft) { say(items.filter(wanted())); redraw(); } else refresh();
  }
  $("on").addEventListener("input", (event) => {
    const text = event.target.value.trim(), good = !text || day(text) !== null;
    if (good) setDay(text); else event.target.setAttribute("aria-invalid", "true");
  });
  $("q").addEventListener("input", (event) => { S.q = event.target.value; refresh(); });
  const selects = [["place", D.places], ["topic", D.topics], ["kind", D.kinds]];
  function options() {
    for (const [id, list] of selects) {
      const sorted = [...list].sort((p, q) => name(p).localeCompare(name(q), page.lang));
      $(id).replaceChildren(el("option", { value: "" }, t("all_" + id)), ...sorted.map((x) => el("option", { value: x[0] }, name(x))));
      $(id).value = S[id];
      $(id).parentElement.hidden = !list.length;
    }
    $("q").value = S.q;
    $("on").value = S.on;
  }
  for (const [id] of selects) $(id).addEventListener("change", (event) => { S[id] = event.target.value; refresh(); });
  $("held").addEventListener("click", () => { S.held = !S.held; pressed(); refresh(); });
  $("as-chart").addEventListener("click", () => look(false));
  $("as-table").addEventListener("click", () => look(true));
  $("in").addEventListener("click", () => zoom(1.5));
  $("out").addEventListener("click", () => zoom(1 / 1.5));
  $("fit").addEventListener("click", fit);
  function look(table) {
    S.table = table;
    pressed();
    refresh();
  }
  function pressed() {
    $("held").setAttribute("aria-pressed", String(S.held));
    $("as-chart").setAttribute("aria-pressed", String(!S.table));
    $("as-table").setAttribute("aria-pressed", String(S.table));
    $("tableview").hidden = !S.table;
    $("tableview").classList.toggle("on", S.table);
    plot.hidden = S.table;
    for (const node of document.querySelectorAll(".charted")) node.hidden = S.table;
  }
  function table() {
    if (spoken === page.lang) return;
    spoken = page.lang;
    rows.forEach((row, n) => {
      const it = items[n];
      row.cells[0].textContent = title(it);
      row.cells[1].textContent = name(D.places[it.place]);
      row.cells[2].textContent = it.bar ? KG.since(it)
        : it.marks.length ? dated(it.marks[0].when) : "";
      row.cells[3].textContent = it.end ? (it.end.text ? dated(it.end) : t("end_unknown")) : "";
    });
  }
  $("rows").addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    if (row) choose(items[row.sectionRowIndex]);
  });

  // Export: the whole chart as it stands, on its own paper ----------------------------------------------
  function picture() {
    const top = 62, all = svg("svg", { xmlns: "http://www.w3.org/2000/svg", width: W, height: height + top + AXIS,
      viewBox: `0 0 ${W} ${height + top + AXIS}`, "font-family": family });
    const body = svg("g", { transform: `translate(0 ${top + AXIS})` });
    all.append(svg("title", {}, document.title), svg("rect", { width: W, height: height + top + AXIS, fill: P.paper }), defs(),
      words({ x: 12, y: 28, "font-size": 18, "font-weight": 650 }, document.title),
      words({ x: 12, y: 50, fill: P.muted }, $("status").textContent));
    const cursor = S.cursor;
    S.cursor = null;
    drawAxis(all, top);
    drawChart(body, 0, height);
    S.cursor = cursor;
    all.append(body);
    return new XMLSerializer().serializeToString(all);
  }
  const file = (ext) => (D.file || "timeline") + "." + ext;
  $("svg").addEventListener("click", () => KG.save(picture(), "image/svg+xml", file("svg")));
  $("png").addEventListener("click", () => {
    const image = new Image(), url = URL.createObjectURL(new Blob([picture()], { type: "image/svg+xml" }));
    image.onload = () => {
      const scale = Math.min(2, 16000 / image.height, Math.sqrt(6e7 / (image.width * image.height)));
      const sheet = el("canvas", { width: Math.round(image.width * scale), height: Math.round(image.height * scale) });
      sheet.getContext("2d").drawImage(image, 0, 0, sheet.width, sheet.height);
      URL.revokeObjectURL(url);
      sheet.toBlob((blob) => KG.save(blob, "image/png", file("png")), "image/png");
    };
    image.src = url;
  });

  function key2() {
    const tint = color("lv4"), draw = (...shapes) => svg("svg", { width: 34, height: 12, "aria-hidden": "true" }, ...shapes);
    const box = (x, w, fill, more) => svg("rect", { x, y: 3, width: w, height: 7, fill, ...more });
    const stripes = svg("g", {}, [0, 5, 10, 15, 20, 25].map((x) => svg("path", { d: `M${x + 2} 10l5-7`, stroke: tint, "stroke-width": 1.6 })),
      box(2, 31, "none", { stroke: tint }));
    const fade = [1, 0.75, 0.5, 0.3, 0.12].map((opacity, n) => box(2 + n * 6.4, 6.4, tint, { opacity }));
    const entry = (key, ...shapes) => el("span", {}, draw(...shapes), t(key));
    $("legend").replaceChildren(entry("key_bar", box(2, 31, tint)), entry("key_hatch", stripes), entry("key_fade", ...fade),
      entry("key_mark", diamond(17, 6.5, 5, { fill: tint })), entry("key_partial", diamond(17, 6.5, 5, { fill: "none", stroke: tint })),
      el("span", { class: "hint" }, t("gestures")));
  }
  function restart() {
    palette();
    widths.clear();
    key2();
    options();
    pressed();
    table();
    if (S.item) show(S.item);
    refresh();
  }
  document.querySelectorAll("details").forEach((node) => { node.open = innerWidth >= 900; });
  KG.controls(restart);
  pressed();
  W = plot.clientWidth;
  traced = trace(S.item);
  restart();
  if (S.item) choose(S.item, true);
  draw();
  addEventListener("resize", redraw);
  addEventListener("beforeprint", () => draw(true));
  for (const it of [window, scroll])
    it.addEventListener("scroll", () => { if (order.length > FEW) redraw(); }, { passive: true });
  KG.ready();
});
