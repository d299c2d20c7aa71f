// Opens cells, draws them, and sorts and filters the table. Writes text as text only, never as HTML.
(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const dialog = document.querySelector("dialog");
  const body = dialog.querySelector(".body");
  const heading = dialog.querySelector("h2");
  const templates = [...document.querySelectorAll("template[data-cell]")];
  const places = new Map(templates.map((template, place) => [template.dataset.cell, place]));
  const MEBIBYTE = 1024 * 1024;

  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  // Text that may be broken after an underscore.
  function breakable(text) {
    return text.split(/(?<=_)/).flatMap((part) => [part, element("wbr")]);
  }

  // Opening and closing: the address says which cell is open.

  function asked() {
    const hash = location.hash.slice(1);
    try {
      return decodeURIComponent(hash);
    } catch {
      return hash;
    }
  }

  function follow() {
    const place = places.get(asked());
    if (place !== undefined) open(place);
    else if (dialog.open) dialog.close();
  }

  function open(place) {
    const template = templates[place];
    box.remove();
    heading.replaceChildren(...breakable(template.dataset.title));
    body.replaceChildren(template.content.cloneNode(true));
    for (const link of dialog.querySelectorAll("nav a")) {
      const next = templates[place + Number(link.dataset.step)];
      link.hidden = !next;
      link.href = `#${next ? next.dataset.cell : ""}`;
    }
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    heading.focus();
    const cell = data.cells[template.dataset.cell];
    draw(cell, body.querySelector("[data-plot]"));
    flame(cell.culprits, body.querySelector("[data-flame]"));
  }

  dialog.addEventListener("close", () => {
    if (places.has(asked())) history.replaceState(null, "", location.href.split("#")[0]);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  addEventListener("hashchange", follow);

  // The plot: one figure, made when it is first needed, whose sources are filled from the cell that is open.

  const box = element("div");
  let embedded = null;
  let shown = null;

  async function draw(cell, slot) {
    shown = cell;
    if (!slot) return;
    slot.append(box);
    embedded ??= Bokeh.embed.embed_item(data.figure, box);
    await embedded;
    if (shown === cell) fill(cell);
  }

  function model(name) {
    return Bokeh.documents[0].get_model_by_name(name);
  }

  const megabytes = (readings) => readings.map((reading) => reading / MEBIBYTE);

  function fill(cell) {
    const { operations, live, rss } = cell.samples;
    const fit = cell.fit ?? { operations: [], rate: [], low: [], high: [] };
    const [rate, low, high] = [fit.rate, fit.low, fit.high].map(megabytes);
    const columns = { operations, live: megabytes(live), rss: megabytes(rss) };
    model("samples").data = columns;
    model("fit").data = { operations: fit.operations, rate, low, high };
    model("warm-up").right = cell.warm_up;
    model("operations range").setv({ start: 0, end: operations.at(-1) });
    model("live range").setv(span([...columns.live, ...rate], 0.0625, 0.08));
    model("rss range").setv(span(columns.rss, 1, 0.3));
    colour();
  }

  // Room above and below, and never so little that noise fills the height.
  function span(values, least, share) {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const room = Math.max((high - low) * share, (least - (high - low)) / 2);
    return { start: low - room, end: high + room };
  }

  function colour() {
    const style = getComputedStyle(document.documentElement);
    const [ink, rule, live, rss, rate] = ["--soft", "--rule", "--live", "--rss", "--rate"].map((name) =>
      style.getPropertyValue(name).trim(),
    );
    const figure = model("figure");
    for (const axis of [...figure.below, ...figure.left, ...figure.right]) {
      const text = figure.left.includes(axis) ? live : figure.right.includes(axis) ? rss : ink;
      axis.setv({ axis_label_text_color: text, major_label_text_color: ink, axis_line_color: rule });
      axis.setv({ major_tick_line_color: rule, minor_tick_line_color: null, axis_label_text_font_style: "normal" });
    }
    for (const grid of figure.center) {
      if ("grid_line_color" in grid) grid.grid_line_color = grid.dimension ? rule : null;
    }
    model("live line").glyph.line_color = live;
    model("live dots").glyph.setv({ line_color: live, fill_color: live });
    model("rss line").glyph.line_color = rss;
    model("rate line").glyph.line_color = rate;
    model("interval").glyph.fill_color = rate;
    model("warm-up").fill_color = ink;
  }

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => embedded && shown && colour());

  // The flame graph: boxes as wide as the share of allocations that passed through their frame.

  const figures = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

  function node(text, full) {
    return { text, full, allocations: 0, bytes: 0, inner: new Map() };
  }

  function count(at, culprit) {
    at.allocations += culprit.allocations;
    at.bytes += culprit.bytes;
  }

  function tree(culprits) {
    const root = node("operation", "operation");
    for (const culprit of culprits) {
      let at = root;
      count(at, culprit);
      for (const [text, full] of culprit.frames) {
        if (!at.inner.has(full)) at.inner.set(full, node(text, full));
        at = at.inner.get(full);
        count(at, culprit);
      }
      at.allocates = true;
    }
    return root.inner.size === 1 ? root.inner.values().next().value : root;
  }

  function flame(culprits, slot) {
    if (!slot) return;
    const told = element("p", { className: "told", ariaLive: "polite" });
    const list = element("ul", { className: "flame" }, branch(tree(culprits), 1, told));
    slot.append(list, told);
  }

  function branch(at, share, told) {
    const much = `${figures.format(at.bytes)} B/op (${figures.format(at.allocations)} allocations/op)`;
    const said = `${at.full}: ${much}`;
    const button = element("button", { type: "button", textContent: at.text, title: said, ariaLabel: said });
    for (const event of ["focus", "mouseenter"]) button.addEventListener(event, () => (told.textContent = said));
    const made = element("li", {}, button);
    made.style.width = `${share * 100}%`;
    const inner = [...at.inner.values()];
    if (at.allocates) button.className = "allocates";
    const below = inner.map((one) => branch(one, one.allocations / at.allocations || 0, told));
    if (below.length) made.append(element("ul", {}, ...below));
    return made;
  }

  // The table: a click on a header sorts, the form above it filters.

  const table = document.querySelector(".flat");
  const form = document.querySelector(".filter");

  function sort(header) {
    const rows = [...table.tBodies[0].rows];
    const down = header.getAttribute("aria-sort") === "ascending";
    const value = (row) => row.cells[header.cellIndex].dataset.value;
    const numbers = header.dataset.kind === "number";
    const order = (a, b) => (numbers ? a - b : a.localeCompare(b, "en", { numeric: true }));
    rows.sort((a, b) => {
      const [first, second] = [value(a), value(b)];
      if (first === "" || second === "") return (first === "") - (second === "");
      return down ? order(second, first) : order(first, second);
    });
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    table.tBodies[0].append(...rows);
  }

  function filter() {
    const wanted = Object.fromEntries(new FormData(form));
    const words = wanted.text.toLowerCase().split(/\s+/);
    const rows = [...table.tBodies[0].rows];
    for (const row of rows) {
      const { text, verdict, series } = row.dataset;
      const fits = words.every((word) => text.toLowerCase().includes(word));
      const named = (!wanted.verdict || wanted.verdict === verdict) && (!wanted.series || wanted.series === series);
      row.hidden = !(fits && named);
    }
    const left = rows.filter((row) => !row.hidden).length;
    form.elements.shown.textContent = `${left} of ${rows.length} cells`;
  }

  if (table) {
    for (const header of table.tHead.rows[0].cells) {
      header.querySelector("button")?.addEventListener("click", () => sort(header));
    }
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    filter();
  }
  follow();
})();
