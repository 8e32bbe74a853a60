// Sliders beside the weights of a list of criteria. Moving one lets the others make room in proportion,
// so that the total stays 100; a locked weight stays. The server checks everything again; without this
// file the weights are plain numbers with a button that makes them add up.
(function () {
  "use strict";

  // Weights are whole thousandths here: no rounding errors of binary fractions.
  var FULL = 100000;
  var WHOLE = 1000;
  var LOCK = '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="M8 1a2 2 0 0 1 2 2v4H6V3a2 2 0 0 1 2-2m3 6V3a3 3 0 0 0-6 0v4a2 2 0 0 0-2 2v5a2 2 0 0 0 2 2h6a2 2 0 0 0 2-2V9a2 2 0 0 0-2-2"/></svg>';

  function read(text) {
    var match = /^\s*(\d{1,7})(?:\.(\d{0,3})0*)?\s*$/.exec(text === "" ? "0" : text);
    return match ? Number(match[1]) * 1000 + Number(((match[2] || "") + "000").slice(0, 3)) : null;
  }
  function write(thousandths) {
    var sign = thousandths < 0 ? "-" : "";
    var size = Math.abs(thousandths);
    var rest = String(size % 1000).padStart(3, "0").replace(/0+$/, "");
    return sign + Math.floor(size / 1000) + (rest ? "." + rest : "");
  }

  function rowsOf(editor) {
    return Array.from(editor.querySelectorAll("[data-criterion]")).map(function (box) {
      return {
        box: box,
        number: box.querySelector('input[name$="-weight"]'),
        slider: box.querySelector('input[type="range"]'),
        lock: box.querySelector(".weight-lock"),
        was: box.querySelector("[data-weight-was]"),
        name: function () { return box.querySelector('input[name$="-name"]').value || "this criterion"; },
        isGate: function () { return box.querySelector('select[name$="-kind"]').value === "gate"; },
        locked: function () { return this.lock.getAttribute("aria-pressed") === "true"; },
        value: function () { return read(this.number.value); },
      };
    });
  }

  // Largest remainders, the first of equals first: the same rule as criteria.spread on the server.
  function share(amount, parts, step) {
    var total = parts.reduce(function (sum, part) { return sum + part; }, 0);
    var base = total ? parts : parts.map(function () { return 1; });
    var whole = total || parts.length;
    var exact = base.map(function (part) { return (part * amount) / whole; });
    var given = exact.map(function (value) { return Math.floor(value / step + 1e-9) * step; });
    var left = Math.round((amount - given.reduce(function (sum, part) { return sum + part; }, 0)) / step);
    exact
      .map(function (value, at) { return { at: at, rest: value - given[at] }; })
      .sort(function (one, other) { return other.rest - one.rest || one.at - other.at; })
      .slice(0, Math.max(left, 0))
      .forEach(function (part) { given[part.at] += step; });
    return given;
  }

  // `before` holds the weights from when this one was taken, so that going there and back loses nothing.
  // A slider stops (`clamp`) where locked weights leave no more; a typed number is left as it was typed.
  function makeRoom(editor, moved, before, clamp) {
    var free = [];
    var fixed = 0;
    rowsOf(editor).forEach(function (row) {
      if (row.box === moved.box || row.isGate()) { return; }
      if (row.locked() || row.value() === null) { fixed += row.value() || 0; } else { free.push(row); }
    });
    var wanted = moved.value();
    if (wanted === null) { return; }
    if (clamp && wanted > FULL - fixed) {
      wanted = Math.max(FULL - fixed, 0);
      moved.number.value = write(wanted);
    }
    var rest = FULL - fixed - wanted;
    if (rest < 0 || !free.length) { return; }
    var parts = free.map(function (row) { return before.has(row.box) ? before.get(row.box) : row.value(); });
    var whole = [rest].concat(parts).every(function (part) { return part % WHOLE === 0; });
    share(rest, parts, whole ? WHOLE : 1).forEach(function (part, at) {
      free[at].number.value = write(part);
    });
  }

  function words(total) {
    if (total === FULL) { return ""; }
    var size = write(Math.abs(FULL - total));
    if (total > FULL) { return "That is " + size + " too many."; }
    return size + (size === "1" ? " is" : " are") + " missing.";
  }

  function show(editor) {
    var foot = editor.parentElement.querySelector("[data-weights-foot]");
    var total = 0;
    rowsOf(editor).forEach(function (row) {
      var value = row.value();
      if (row.isGate()) { return; }
      total = value === null || total === null ? null : total + value;
      if (value === null) { return; }
      row.slider.value = value / 1000;
      row.slider.setAttribute("aria-valuetext", write(value) + " of 100");
      var was = row.box.dataset.was;
      row.was.textContent = was && read(was) !== value ? "was " + was : "";
    });
    if (!foot) { return; }
    foot.querySelector("[data-weights-total]").textContent = total === null ? "?" : write(total);
    foot.querySelector("[data-weights-words]").textContent = total === null ? "" : words(total);
    foot.classList.toggle("is-off", total !== FULL);
    var old = foot.querySelector(".weights-problem");
    if (old && total === FULL) { old.remove(); }
  }

  function say(editor) {
    var place = editor.parentElement.querySelector("[data-weights-say]");
    if (!place) { return; }
    place.textContent = rowsOf(editor)
      .filter(function (row) { return !row.isGate() && row.value() !== null; })
      .map(function (row) { return row.name() + " " + write(row.value()); })
      .join(", ");
  }

  function toggle(row, locked) {
    row.lock.setAttribute("aria-pressed", locked ? "true" : "false");
    row.lock.lastChild.textContent = locked ? "Locked" : "Lock";
    row.lock.title = locked ? "This weight stays when others move" : "Keep this weight when others move";
  }

  function dress(editor, row) {
    var slider = document.createElement("input");
    slider.type = "range";
    slider.min = 0;
    slider.max = 100;
    slider.step = 1;
    slider.setAttribute("aria-label", "Weight of " + row.name());
    slider.setAttribute("autocomplete", "off");
    row.box.querySelector("[data-weight-slider]").append(slider);
    var lock = document.createElement("button");
    lock.type = "button";
    lock.className = "quiet weight-lock";
    lock.innerHTML = LOCK + "<span></span>";
    lock.setAttribute("aria-label", "Lock the weight of " + row.name());
    row.box.querySelector("[data-weight-lock]").append(lock);
    row.slider = slider;
    row.lock = lock;
    toggle(row, false);

    var before = new Map();
    function remember() {
      before = new Map(rowsOf(editor).map(function (other) { return [other.box, other.value()]; }));
    }
    slider.addEventListener("focus", remember);
    slider.addEventListener("pointerdown", remember);
    slider.addEventListener("input", function () {
      if (!before.size) { remember(); }
      row.number.value = slider.value;
      makeRoom(editor, row, before, true);
      show(editor);
      row.number.dispatchEvent(new Event("input", { bubbles: true }));
    });
    slider.addEventListener("change", function () { say(editor); });
    // A number that was typed is meant: it stays, and the others make room.
    row.number.addEventListener("change", function () {
      toggle(row, true);
      remember();
      makeRoom(editor, row, before, false);
      show(editor);
      say(editor);
    });
    lock.addEventListener("click", function () { toggle(row, !row.locked()); });
  }

  function start(root) {
    root.querySelectorAll("[data-weights]").forEach(function (editor) {
      if (editor.dataset.dressed) { return; }
      editor.dataset.dressed = "yes";
      rowsOf(editor).forEach(function (row) { if (!row.slider) { dress(editor, row); } });
      editor.addEventListener("change", function (event) {
        if (event.target.matches('select[name$="-kind"]')) { show(editor); }
      });
      editor.addEventListener("input", function (event) {
        if (event.target.matches('input[name$="-weight"]')) { show(editor); }
      });
      show(editor);
    });
  }

  // Adding, moving and removing rows swaps the form; what was typed is still unsaved.
  document.addEventListener("htmx:afterSwap", function () {
    document.querySelectorAll("form.criteria-form").forEach(function (form) { form.dataset.dirty = "yes"; });
    start(document);
  });
  start(document);
})();
