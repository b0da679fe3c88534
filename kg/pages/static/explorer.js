"use strict";
// The slider of the as-of date: it moves the date field, and asks for the page when it is let go.
(() => {
  const slide = document.getElementById("slide"), on = document.getElementById("on");
  const DAY = 86400000, ms = (text) => Date.parse(text + "T00:00:00Z");
  if (slide && on) {
    const first = ms(slide.dataset.first);
    const iso = (n) => new Date(first + n * DAY).toISOString().slice(0, 10);
    slide.min = 0;
    slide.max = Math.round((ms(slide.dataset.last) - first) / DAY);
    slide.value = Math.round((ms(on.value) - first) / DAY);
    slide.addEventListener("input", () => {
      on.value = iso(+slide.value);
      slide.setAttribute("aria-valuetext", on.value);
    });
    slide.addEventListener("change", () => on.form.requestSubmit());
  }
  // What a narrow screen puts before each cell: the heading of its column.
  for (const table of document.querySelectorAll(".sheet table")) {
    const heads = [...table.querySelectorAll("thead th")].map((head) => head.textContent);
    if (!heads.length) continue;
    table.classList.add("cells");
    for (const row of table.tBodies[0].rows)
      [...row.cells].forEach((cell, n) => { if (n && cell.colSpan === 1) cell.dataset.head = heads[n]; });
  }
  // A search over the names that the page itself holds.
  const find = document.getElementById("find");
  if (find) {
    const rows = [...document.querySelectorAll("#hits > li")], count = document.getElementById("count");
    const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
    const texts = rows.map((row) => plain(row.textContent));
    const show = () => {
      const words = find.value.split(/\s+/).map(plain).filter(Boolean);
      let shown = 0;
      rows.forEach((row, n) => {
        const fits = words.length && words.every((word) => texts[n].includes(word)) && shown < 200;
        row.hidden = !fits;
        if (fits) shown += 1;
      });
      count.textContent = words.length ? String(shown) : "";
    };
    find.addEventListener("input", show);
    show();
  }
  document.documentElement.dataset.ready = Math.round(performance.now());
})();
