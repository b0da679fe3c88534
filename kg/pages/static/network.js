// The network: cards in columns by level, relations that hold on a day, and what is known of each.
// vis-network draws and moves; where cards stand was computed before, and nothing is simulated.
KG.run(() => {
  const { DATA: D, page, state, t, other, name, el, svg, day, iso, when, dated, cite, keep, color } = KG;
  const $ = (id) => document.getElementById(id);
  const [CW, CH] = D.card, FONT = 13, panel = $("panel");
  const family = getComputedStyle(document.body).fontFamily;

  // 12 × 12 signs of the concepts; others get a dot.
  const SIGNS = {
    instrument: "M2 0h6l3 3v9H2zM4 5h5v1H4zM4 7h5v1H4zM4 9h3v1H4z", agreement: "M0 2h7v7H0zM5 4h7v7H5z",
    agency: "M6 0l6 4H0zM1 5h2v5H1zM5 5h2v5H5zM9 5h2v5H9zM0 10.5h12V12H0z",
    place: "M6 0a4 4 0 0 1 4 4c0 3-4 8-4 8S2 7 2 4a4 4 0 0 1 4-4zM6 2.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z",
    designation: "M6 0l1.8 3.9 4.2.5-3.1 2.9.8 4.2L6 9.4l-3.7 2.1.8-4.2L0 4.4l4.2-.5z", event: "M6 0l6 6-6 6-6-6z",
    topic: "M0 1h6l6 5-6 5H0z", document: "M2 0h8v12H2zM4 3h4v1H4zM4 5h4v1H4z", line: "M0 1h12v2H0zM0 5h12v2H0zM0 9h12v2H0z",
    other: "M6 1a5 5 0 1 1 0 10 5 5 0 0 1 0-10z",
  };
  const sign = (concept) => SIGNS[D.concepts[concept][0].split(/[/:#]/).pop().toLowerCase()] || SIGNS.other;
  const paths = D.concepts.map((_, n) => new Path2D(sign(n)));

  const nodes = D.nodes.map((row, n) => {
    const { id, label, x, y } = row;
    const [en, concept, kind, level, start, end, open, more, sources] = row.facts;
    const it = { n, id, zh: label, en, x, y, concept, kind, level, start: when(start), end: when(end), open, more,
      sources: sources || [], timed: Boolean(start || open), edges: [] };
    it.column = D.columns.findIndex(([, left, right]) => x >= left && x <= right);
    return KG.interval(it);
  });
  const byId = new Map(nodes.map((it) => [it.id, it]));
  const edges = D.edges.map((row, n) => {
    const [relation, start, end, open, doubt, sources] = row.facts;
    const it = { n, from: byId.get(row.from), to: byId.get(row.to), relation, start: when(start), end: when(end), open,
      doubt, sources: sources || [], timed: Boolean(start || open) };
    it.from.edges.push(it);
    if (it.to !== it.from) it.to.edges.push(it);
    return KG.interval(it);
  });
  const title = (it) => other(it.zh, it.en) || it.id.split("/").pop();
  for (const it of nodes) it.hay = `${it.zh} ${it.en} ${it.id}`.toLowerCase();

  const all = [...nodes, ...edges].filter((it) => it.timed).flatMap((it) => [it.lo, it.lo1, it.hi, it.hi1]).filter(Number.isFinite);
  const edge = all.reduce(([a, b], x) => [Math.min(a, x), Math.max(b, x)], [Infinity, -Infinity]);
  const [FIRST, LAST] = all.length ? edge : [0, 1];
  const S = { on: state.get("on") ?? D.on, item: byId.get(state.get("id")) || null,
    focus: byId.get(state.get("focus")) || byId.get(D.focus) || null, hops: state.get("hops") || "",
    off: new Set((state.get("off") || "").split(" ").filter(Boolean)), table: state.get("view") === "table" };
  let P = {}, shown = { nodes: [], edges: [] }, lit = null, hover = null, net = null, framed = false;

  // What is shown: what holds on the day, of the kinds wanted, within the steps wanted -----------------
  const off = (sort, list, n) => S.off.has(`${sort}:${list[n] ? list[n][0] : ""}`);
  function truth(it, on) {
    const held = on === null || !it.timed ? 2 : KG.holds(it, on);
    return it.doubt ? Math.min(held, 1) : held;
  }
  function select() {
    const on = day(S.on);
    for (const it of nodes) {
      it.truth = truth(it, on);
      it.show = it.truth > 0 && !off("c", D.concepts, it.concept) && !off("l", D.levels, it.level);
    }
    for (const it of edges) {
      it.truth = truth(it, on);
      it.show = it.truth > 0 && it.from.show && it.to.show && !off("r", D.relations, it.relation);
    }
    const near = (it) => it.edges.filter((e) => e.show).map((e) => (e.from === it ? e.to : e.from));
    if (S.focus && S.focus.show && S.hops) {
      const seen = new Set([S.focus]);
      let ring = [S.focus];
      for (let step = 0; step < +S.hops; step++) {
        ring = ring.flatMap(near).filter((it) => !seen.has(it) && seen.add(it));
      }
      for (const it of nodes) it.show = it.show && seen.has(it);
    }
    for (const e of edges) e.show = e.show && e.from.show && e.to.show;
    // What has lost its last relation to the date or to a filter would only stand about.
    for (const it of nodes) if (it.show && it.edges.length && it !== S.focus && it !== S.item) it.show = it.edges.some((e) => e.show);
    shown = { nodes: nodes.filter((it) => it.show), edges: edges.filter((it) => it.show) };
  }
  function light() {
    const it = hover || S.item;
    lit = it && it.show ? new Set([it, ...it.edges.filter((e) => e.show).flatMap((e) => [e.from, e.to])]) : null;
  }

  // Drawing --------------------------------------------------------------------------------------------
  function palette() {
    for (const token of ["ink", "muted", "line", "hair", "paper", "wash", "raised", "accent", "asof"]) P[token] = color(token);
    P.level = D.levels.map((level) => color("lv" + (level[3] || 8)));
    P.none = color("lv8");
    P.soft = P.muted + "6b";
    P.faint = P.muted + "17";
  }
  const tint = (it) => P.level[it.level] || P.none;
  const texts = new Map();
  // The title in at most two lines that fit a card; words stay whole where they can.
  function lines(ctx, it) {
    const text = title(it), key = page.lang + it.n;
    if (texts.has(key)) return texts.get(key);
    const room = CW - 44, out = [];
    const fits = (part) => ctx.measureText(part).width <= room;
    let rest = text;
    for (let line = 0; line < 2 && rest; line++) {
      if (fits(rest)) { out.push(rest); rest = ""; break; }
      let n = 1;
      while (n < rest.length && fits(rest.slice(0, n + 1) + (line ? "…" : ""))) n++;
      if (line) { out.push(rest.slice(0, n) + "…"); break; }
      const gap = rest.lastIndexOf(" ", n);
      if (gap > n * 0.3 && /[\w,;:'’)-]/.test(rest[n] || "")) n = gap;
      out.push(rest.slice(0, n).trim());
      rest = rest.slice(n).trim();
    }
    texts.set(key, out);
    return out;
  }
  let stripes = null;
  function hatch(ctx) {
    const tile = el("canvas", { width: 7, height: 7 }), pen = tile.getContext("2d");
    pen.strokeStyle = P.line;
    pen.lineWidth = 1.6;
    for (const x of [-7, 0, 7]) { pen.moveTo(x, 7); pen.lineTo(x + 7, 0); }
    pen.stroke();
    return ctx.createPattern(tile, "repeat");
  }
  function card({ ctx, id, x, y }) {
    const it = byId.get(id);
    return { drawNode: () => draw(ctx, it, x, y), nodeDimensions: { width: CW, height: CH } };
  }
  function draw(ctx, it, x, y) {
    const left = x - CW / 2, top = y - CH / 2, far = lit && !lit.has(it), chosen = it === S.item, maybe = it.truth === 1;
    const near = net.getScale() > 0.28;
    ctx.globalAlpha = far ? 0.16 : 1;
    ctx.beginPath();
    if (near) ctx.roundRect(left, top, CW, CH, 5); else ctx.rect(left, top, CW, CH);
    ctx.fillStyle = P.raised;
    ctx.fill();
    if (maybe) { ctx.fillStyle = stripes = stripes || hatch(ctx); ctx.fill(); }
    ctx.lineWidth = chosen ? 3 : it === S.focus ? 2.2 : 1;
    ctx.strokeStyle = chosen || it === hover ? P.accent : tint(it);
    ctx.setLineDash(maybe ? [5, 3] : []);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.fillStyle = tint(it);
    if (near) ctx.fillRect(left, top + 4, 4, CH - 8);
    if (near) write(ctx, it, left, y);
    else { ctx.globalAlpha *= 0.55; ctx.fillRect(left, top, CW, CH); } // too small to read: a patch of colour
    ctx.globalAlpha = 1;
  }
  function write(ctx, it, left, y) {
    ctx.save();
    ctx.translate(left + 12, y - 6);
    ctx.fill(paths[it.concept], "evenodd");
    ctx.restore();
    ctx.font = `${it === S.focus ? 650 : 400} ${FONT}px ${family}`;
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    const out = lines(ctx, it);
    out.forEach((text, n) => {
      const at = y + (n - (out.length - 1) / 2) * 17;
      if (it.truth === 1) {
        ctx.fillStyle = P.raised;
        ctx.fillRect(left + 29, at - 8, ctx.measureText(text).width + 4, 16);
      }
      ctx.fillStyle = P.ink;
      ctx.fillText(text, left + 31, at);
    });
    if (!it.more) return;
    const text = "+" + it.more;
    ctx.font = `600 11px ${family}`;
    const wide = ctx.measureText(text).width + 8;
    ctx.fillStyle = P.muted;
    ctx.beginPath();
    ctx.roundRect(left + CW - wide - 2, y - CH / 2 - 7, wide, 15, 7);
    ctx.fill();
    ctx.fillStyle = P.paper;
    ctx.fillText(text, left + CW - wide + 2, y - CH / 2 + 1);
  }
  function heads(ctx) {
    const list = shown.nodes.length ? shown.nodes : nodes, scale = net.getScale();
    const top = list.reduce((y, it) => Math.min(y, it.y), Infinity) - CH / 2 - 18 / scale, size = Math.max(13, 14 / scale);
    const used = new Set(list.map((it) => it.column));
    ctx.textAlign = "left";
    ctx.textBaseline = "bottom";
    D.columns.forEach(([level, left, right], n) => {
      if (!used.has(n)) return;
      const thing = D.levels[level], text = thing ? name(thing) : t("no_level"), room = ((D.columns[n + 1] ? D.columns[n + 1][1] : right + 300) - left) * scale - 8;
      ctx.fillStyle = thing ? P.level[level] : P.none;
      ctx.fillRect(left, top, right - left, 3 / scale);
      ctx.font = `650 ${size}px ${family}`;
      const wide = ctx.measureText(text).width * scale;
      if (wide > room) ctx.font = `650 ${Math.max((size * room) / wide, 10 / scale)}px ${family}`;
      ctx.fillText(text, left, top - 5 / scale);
    });
  }
  // Relations, drawn under the cards in few strokes: thousands of them cost no more than the cards.
  function relations(ctx) {
    const root = S.item && S.item.show ? S.item : hover, strokes = {};
    for (const e of shown.edges) {
      const on = lit && (e.from === root || e.to === root);
      const key = `${on ? "accent" : lit ? "faint" : "soft"} ${e.truth}`;
      (strokes[key] = strokes[key] || []).push(e);
    }
    for (const key of Object.keys(strokes).sort().reverse()) {
      const [ink, held] = key.split(" ");
      stroke(ctx, strokes[key], P[ink], held === "1", ink === "accent");
    }
    if (lit && root === S.item && lit.size < 40) for (const e of shown.edges) if (e.from === root || e.to === root) caption(ctx, e);
  }
  // From border to border; within a column around the side, where a straight line would hide behind cards.
  function course(e) {
    if (e.course) return e.course;
    const { x: x1, y: y1 } = e.from, { x: x2, y: y2 } = e.to, dx = x2 - x1, dy = y2 - y1;
    if (!dx) {
      const x = x1 + CW / 2, out = x + 14 + Math.min(70, Math.abs(dy) * 0.12);
      return (e.course = [x, y1, out, (y1 + y2) / 2, x, y2]);
    }
    const share = Math.min(CW / 2 / Math.abs(dx), dy ? CH / 2 / Math.abs(dy) : 1, 0.5);
    const [a, b, c, d] = [x1 + dx * share, y1 + dy * share, x2 - dx * share, y2 - dy * share];
    return (e.course = [a, b, (a + c) / 2, (b + d) / 2, c, d]);
  }
  function stroke(ctx, list, ink, dashed, strong) {
    const tip = 7 + (strong ? 3 : 0), heads = edges.length < 1500 || net.getScale() > 0.3;
    ctx.strokeStyle = ctx.fillStyle = ink;
    ctx.lineWidth = strong ? 1.8 : 1;
    ctx.setLineDash(dashed ? [6, 5] : []);
    ctx.beginPath();
    for (const e of list) {
      const [a, b, p, q, c, d] = course(e);
      ctx.moveTo(a, b);
      if (a === c) ctx.quadraticCurveTo(p, q, c, d); else ctx.lineTo(c, d);
    }
    ctx.stroke();
    ctx.setLineDash([]);
    if (!heads) return;
    ctx.beginPath();
    for (const e of list) {
      const [, , p, q, c, d] = course(e), turn = Math.atan2(d - q, c - p);
      ctx.moveTo(c, d);
      ctx.lineTo(c - tip * Math.cos(turn - 0.4), d - tip * Math.sin(turn - 0.4));
      ctx.lineTo(c - tip * Math.cos(turn + 0.4), d - tip * Math.sin(turn + 0.4));
    }
    ctx.fill();
  }
  function caption(ctx, e) {
    const [a, b, p, q, c, d] = course(e), text = name(D.relations[e.relation]);
    const [x, y] = a === c ? [(a + p) / 2, q] : [(a + c) / 2, (b + d) / 2];
    ctx.font = `11px ${family}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    const wide = ctx.measureText(text).width;
    ctx.fillStyle = P.wash;
    ctx.fillRect(x - wide / 2 - 3, y - 8, wide + 6, 16);
    ctx.fillStyle = P.ink;
    ctx.fillText(text, x, y);
  }
  function paint() {
    light();
    const turned = nodes.filter((it) => it.was !== it.show).map((it) => ({ id: it.id, hidden: !(it.was = it.show) }));
    if (turned.length) drawn.nodes.update(turned);
    net.redraw();
  }

  // Words ----------------------------------------------------------------------------------------------
  function say() {
    const on = day(S.on), parts = [t("count_network", { n: shown.nodes.length, m: shown.edges.length })];
    if (on !== null) parts.push(t("on_day_network", { day: S.on, yes: shown.edges.filter((e) => e.truth === 2).length,
      maybe: shown.edges.filter((e) => e.truth === 1).length, no: edges.filter((e) => e.truth === 0).length }));
    if (D.more) parts.push(t("more_nodes", { n: D.more }));
    if (S.focus) parts.push(t("around", { name: title(S.focus) }));
    $("status").textContent = parts.join(" · ");
  }
  function show(it) {
    const fact = (key, value) => (value ? [el("dt", {}, t(key)), el("dd", {}, value)] : []);
    const back = it.zh && it.en ? el("p", { class: "muted small", lang: page.lang === "zh" ? "en" : "zh-Hans" },
      page.lang === "zh" ? it.en : it.zh) : "";
    const line = (e, out) => {
      const there = out ? e.to : e.from;
      return el("li", {}, el("button", { class: "link", type: "button", on: { click: () => choose(there, true) } }, title(there)),
        el("span", { class: "cite" }, [e.timed && e.open !== 5 ? KG.span(e) : "", e.truth === 1 ? t("uncertain") : e.truth === 0 ? t("not_then") : ""]
          .filter(Boolean).join(" · ")), e.sources.map(cite));
    };
    const groups = [];
    for (const out of [true, false])
      D.relations.forEach((relation, r) => {
        const list = it.edges.filter((e) => e.relation === r && (out ? e.from : e.to) === it);
        if (!list.length) return;
        list.sort((p, q) => p.lo - q.lo || p.n - q.n);
        groups.push(el("h3", {}, (out ? "→ " : "← ") + name(relation) + ` · ${list.length}`), el("ul", {}, list.map((e) => line(e, out))));
      });
    const link = KG.home(it.id, t("entity"));
    panel.replaceChildren(
      el("button", { class: "close", type: "button", "aria-label": t("close"), on: { click: () => choose(null) } }, "×"),
      el("h2", {}, title(it)), back,
      el("dl", { class: "facts" }, fact("concept", name(D.concepts[it.concept])), fact("kind", name(D.kinds[it.kind])),
        fact("level", name(D.levels[it.level])), fact("valid", it.timed ? KG.span(it) : "")),
      link ? el("p", {}, link) : "",
      el("p", {}, it === S.focus ? "" : el("button", { type: "button", on: { click: () => centre(it) } }, t("set_focus"))),
      it.more ? el("p", { class: "muted small" }, t("more_here", { n: it.more })) : "", ...groups,
      ...(it.sources.length ? [el("h3", {}, t("sources")), el("ul", {}, it.sources.map((s) => el("li", {}, cite(s))))] : []));
    panel.scrollTop = 0;
  }
  function choose(it, look) {
    S.item = it;
    hover = null;
    panel.hidden = !it;
    $("main").classList.toggle("open", Boolean(it));
    if (it) show(it);
    refresh();
    if (it && it.show) bring(it, look);
  }
  // Into view: to the middle of what the panel leaves free, or just out from under the panel.
  function bring(it, look) {
    const box = $("net").getBoundingClientRect(), side = panel.getBoundingClientRect();
    const beside = side.width < box.width - 10, covered = beside ? Math.max(0, box.right - side.left) : 0;
    const scale = look ? Math.max(net.getScale(), 0.75) : net.getScale();
    const at = net.canvasToDOM({ x: it.x, y: it.y }), over = at.x + (CW / 2) * scale - (box.width - covered) + 12;
    if (look) net.moveTo({ position: { x: it.x + covered / 2 / scale, y: it.y }, scale });
    else if (covered && over > 0) {
      const now = net.getViewPosition();
      net.moveTo({ position: { x: now.x + over / scale, y: now.y } });
    }
  }
  function centre(it) {
    S.focus = it;
    $("hops").value = S.hops = S.hops || "1";
    $("hops").parentElement.hidden = false;
    choose(it, false);
    frame();
  }
  // All that is shown, with the headings of the columns, in the window; to begin with, if that would
  // be too small to read, the middle of it at a size that is not.
  function frame(first) {
    const list = shown.nodes.length ? shown.nodes : nodes, box = $("net").getBoundingClientRect();
    if (!list.length || !box.width) return;
    framed = true;
    const xs = list.map((it) => it.x), ys = list.map((it) => it.y);
    const left = Math.min(...xs) - CW / 2, right = Math.max(...xs) + CW / 2;
    const bottom = Math.max(...ys) + CH / 2 + 12, high = Math.min(...ys) - CH / 2;
    const scale = Math.min(box.width / (right - left + 40), (box.height - 74) / (bottom - high), 1.05);
    const top = high - 62 / scale;
    const heart = S.focus && S.focus.show ? S.focus : list.reduce((p, q) => (q.edges.length > p.edges.length ? q : p));
    if (first && scale < 0.28 && list.length <= 400)
      return net.moveTo({ position: { x: heart.x, y: heart.y }, scale: 0.62 });
    net.moveTo({ position: { x: (left + right) / 2, y: (top + bottom) / 2 }, scale });
  }
  function table() {
    const cell = (text) => el("td", {}, text);
    $("rows").replaceChildren(...shown.edges.slice(0, 1000).map((e) => el("tr", {}, cell(title(e.from)), cell(name(D.relations[e.relation])),
      cell(title(e.to)), cell(e.timed ? KG.since(e) : ""), cell(e.end ? (e.end.text ? dated(e.end) : t("end_unknown")) : ""), el("td", {}, e.sources.map(cite)))));
    $("rest").textContent = shown.edges.length > 1000 ? t("more_rows", { n: shown.edges.length - 1000 }) : "";
  }
  function refresh() {
    select();
    paint();
    say();
    if (S.table) table();
    keep({ id: S.item && S.item.id, on: S.on, focus: S.focus && S.focus.id !== D.focus && S.focus.id, hops: S.hops,
      off: [...S.off].join(" "), view: S.table && "table" });
  }

  // Controls --------------------------------------------------------------------------------------------
  // Levels from the outermost in, the rest by how often they occur.
  const rank = (sort, list, count) => list.map((_, n) => n)
    .sort((p, q) => (sort === "level" ? list[p][3] - list[q][3] : count(q) - count(p)) || p - q);
  function legend() {
    const box = (sort, list, icon, count) => el("fieldset", {}, el("legend", {}, t(sort)), rank(sort, list, count).map((n) => {
      const thing = list[n], key = `${sort[0]}:${thing[0]}`, many = count(n);
      return many ? el("label", {}, el("input", { type: "checkbox", checked: !S.off.has(key),
        on: { change: () => { if (!S.off.delete(key)) S.off.add(key); refresh(); } } }), icon(n), el("span", {}, name(thing)),
      el("span", { class: "n" }, many)) : "";
    }));
    const pic = (...shapes) => svg("svg", { width: 14, height: 12, "aria-hidden": "true" }, ...shapes);
    const tally = (list, key) => {
      const counts = {};
      for (const it of list) counts[it[key]] = (counts[it[key]] || 0) + 1;
      return (n) => counts[n] || 0;
    };
    const entry = (dash, key) => el("p", { class: "small muted" }, svg("svg", { width: 34, height: 8, "aria-hidden": "true" },
      svg("path", { d: "M1 4h31", stroke: P.muted, "stroke-width": 1.6, "stroke-dasharray": dash })), " ", t(key));
    $("keys").replaceChildren(
      box("level", D.levels, (n) => pic(svg("rect", { y: 1, width: 5, height: 10, fill: P.level[n] })), tally(nodes, "level")),
      box("concept", D.concepts, (n) => pic(svg("path", { d: sign(n), fill: P.muted, "fill-rule": "evenodd" })), tally(nodes, "concept")),
      box("relation", D.relations, () => "", tally(edges, "relation")),
      entry(null, "key_sure"), entry("6 5", "key_maybe"), el("p", { class: "small muted" }, t("gestures_network")));
  }
  function setDay(text) {
    S.on = text;
    $("on").value = text;
    $("on").removeAttribute("aria-invalid");
    const d = day(text);
    $("slide").value = d === null ? LAST : d;
    $("slide").setAttribute("aria-valuetext", text || t("any_day"));
    $("clear").hidden = !text;
    refresh();
    if (S.item) show(S.item);
  }
  $("on").addEventListener("input", (event) => {
    const text = event.target.value.trim();
    if (!text || day(text) !== null) setDay(text); else event.target.setAttribute("aria-invalid", "true");
  });
  $("slide").addEventListener("input", (event) => setDay(iso(+event.target.value)));
  $("clear").addEventListener("click", () => setDay(""));
  $("hops").addEventListener("change", (event) => {
    S.hops = event.target.value;
    refresh();
    frame();
  });
  function find() {
    const words = $("q").value.toLowerCase().split(/\s+/).filter(Boolean);
    const hits = words.length ? nodes.filter((it) => words.every((w) => it.hay.includes(w))) : [];
    $("hits").hidden = !words.length;
    $("hits").replaceChildren(...hits.slice(0, 20).map((it) => el("li", {}, el("button", { class: "link", type: "button",
      on: { click: () => { $("hits").hidden = true; if (!it.show) reset(); choose(it, true); } } }, title(it)),
    el("span", { class: "cite" }, name(D.concepts[it.concept])))),
    hits.length > 20 ? el("li", { class: "muted small" }, t("more_hits", { n: hits.length - 20 })) : "",
    hits.length ? "" : el("li", { class: "muted small" }, t("nothing")));
  }
  function reset() {
    S.off.clear();
    S.hops = $("hops").value = "";
    legend();
    setDay("");
  }
  $("q").addEventListener("input", find);
  $("q").addEventListener("keydown", (event) => {
    if (event.key === "Escape") $("hits").hidden = true;
    if (event.key === "Enter") $("hits").querySelector("button")?.click();
  });
  $("in").addEventListener("click", () => net.moveTo({ scale: net.getScale() * 1.4 }));
  $("out").addEventListener("click", () => net.moveTo({ scale: net.getScale() / 1.4 }));
  $("fit").addEventListener("click", () => frame());
  $("png").addEventListener("click", () => {
    const from = $("net").querySelector("canvas"), sheet = el("canvas", { width: from.width, height: from.height }), pen = sheet.getContext("2d");
    pen.fillStyle = P.wash;
    pen.fillRect(0, 0, sheet.width, sheet.height);
    pen.drawImage(from, 0, 0);
    sheet.toBlob((blob) => KG.save(blob, "image/png", (D.file || "network") + ".png"), "image/png");
  });
  $("as-chart").addEventListener("click", () => view(false));
  $("as-table").addEventListener("click", () => view(true));
  function view(asTable) {
    S.table = asTable;
    pressed();
    refresh();
    if (asTable || framed) return;
    net.setSize("100%", "100%");
    net.redraw();
    frame(true);
  }
  function pressed() {
    $("as-chart").setAttribute("aria-pressed", String(!S.table));
    $("as-table").setAttribute("aria-pressed", String(S.table));
    $("tableview").hidden = !S.table;
    $("net").hidden = S.table;
    for (const node of document.querySelectorAll(".charted")) node.hidden = S.table;
  }
  function options() {
    $("hops").replaceChildren(el("option", { value: "" }, t("all_hops")),
      ...[1, 2, 3, 4].map((n) => el("option", { value: n }, t("hops_n", { n }))));
    $("hops").value = S.hops;
    $("hops").parentElement.hidden = !S.focus;
    Object.assign($("slide"), { min: FIRST, max: LAST, step: 1 });
    $("dates").hidden = !all.length;
    $("net").setAttribute("aria-label", t("net_label"));
  }
  function restart() {
    palette();
    stripes = null;
    options();
    legend();
    pressed();
    if (S.item) show(S.item);
    setDay(S.on || "");
  }

  // The drawing itself ------------------------------------------------------------------------------------
  palette();
  select();
  const drawn = {
    nodes: new vis.DataSet(nodes.map((it) => ({ id: it.id, x: it.x, y: it.y, shape: "custom", ctxRenderer: card, hidden: !(it.was = it.show) }))),
    edges: new vis.DataSet(),
  };
  net = new vis.Network($("net"), drawn, {
    physics: false, layout: { improvedLayout: false }, autoResize: true,
    nodes: { chosen: false, fixed: false },
    interaction: { hover: true, hoverConnectedEdges: false, selectConnectedEdges: false, zoomSpeed: 0.6,
      keyboard: { enabled: true, bindToWindow: false } },
  });
  net.on("beforeDrawing", (ctx) => { heads(ctx); relations(ctx); });
  net.on("click", (event) => choose(byId.get(event.nodes[0]) || null));
  net.on("doubleClick", () => { if (S.item) centre(S.item); });
  if (nodes.length <= 400) {
    net.on("hoverNode", (event) => { hover = byId.get(event.node); paint(); });
    net.on("blurNode", () => { hover = null; paint(); });
  }
  $("legend").open = innerWidth >= 900;
  KG.controls(restart);
  restart();
  frame(true);
  if (S.item) choose(S.item, true);
  if (S.table) KG.ready(); else net.once("afterDrawing", KG.ready);
  net.redraw();
  // For tests and for the curious: where a card stands on the screen.
  KG.spot = (id) => { const it = byId.get(id); return it && it.show ? net.canvasToDOM({ x: it.x, y: it.y }) : null; };
});
