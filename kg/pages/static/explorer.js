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
  document.documentElement.dataset.ready = Math.round(performance.now());
})();
