// Moves the ranking while a slider moves. The server computes everything, with the same engine as the
// record; here nothing is calculated. Without this file the page is a form with a button.
(function () {
  "use strict";

  var PAUSE = 120; // between two questions to the server, while something moves
  var QUIET = 900; // before the result is read out: nobody wants to hear every step of a slider
  var form = document.querySelector("form[data-what-if]");
  if (!form) { return; }
  var say = document.querySelector("[data-what-if-say]");
  var lost = document.querySelector("[data-what-if-lost]");
  var still = window.matchMedia("(prefers-reduced-motion: reduce)");
  var asking = 0;
  var saying = 0;
  var tops = new Map();
  var scrolled = 0;

  // Asks with what is set then; `hx-sync` lets one question run and keeps only the newest waiting.
  function ask() {
    if (asking) { return; }
    asking = window.setTimeout(function () {
      asking = 0;
      window.htmx.trigger(form, "whatif");
    }, PAUSE);
  }

  var rows = Array.from(form.querySelectorAll("[data-weight]")).map(function (box) {
    var row = {
      slider: box.querySelector("[data-slider]"),
      number: box.querySelector("[data-number]"),
      free: box.querySelector("[data-free]"),
    };
    row.slider.hidden = false;
    row.free.hidden = false;
    row.slider.addEventListener("input", function () { row.number.value = row.slider.value; });
    row.free.addEventListener("click", function () {
      row.number.value = "";
      row.number.focus();
      ask();
    });
    return row;
  });

  // Puts what the server answered into the row: a criterion without a number of its own follows.
  function follow(row) {
    var told = document.getElementById("share-" + row.number.name.slice(1)).dataset;
    if (document.activeElement !== row.slider) { row.slider.value = told.given || told.share; }
    row.slider.setAttribute("aria-valuetext", told.share + " percent");
    row.number.placeholder = told.share;
    row.number.classList.toggle("is-invalid", told.wrong === "yes");
    row.number.setAttribute("aria-invalid", told.wrong === "yes" ? "true" : "false");
    row.free.classList.toggle("is-idle", row.number.value === "");
    row.free.disabled = row.number.value === "";
  }

  function readOut() {
    window.clearTimeout(saying);
    saying = window.setTimeout(function () {
      var words = document.querySelector("[data-what-if-sentence]").textContent;
      say.textContent = words.replace(/\s+/g, " ").trim();
    }, QUIET);
  }

  function lines() { return document.querySelectorAll("#result [data-candidate]"); }
  function table() { return document.getElementById("what-if-table"); }

  // Each line starts where it stood before, and glides to its place.
  function glide(line) {
    var before = tops.get(line.dataset.candidate);
    var way = before === undefined ? 0 : before - line.offsetTop;
    if (!way || still.matches) { return; }
    line.animate([{ transform: "translateY(" + way + "px)" }, { transform: "none" }], { duration: 180, easing: "ease-out" });
  }

  form.addEventListener("input", ask);
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    ask();
  });
  document.addEventListener("htmx:beforeSwap", function () {
    tops = new Map(Array.from(lines()).map(function (line) { return [line.dataset.candidate, line.offsetTop]; }));
    scrolled = table() ? table().scrollLeft : 0;
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    if (event.target.id !== "result") { return; }
    if (table()) { table().scrollLeft = scrolled; }
    lines().forEach(glide);
    rows.forEach(follow);
    lost.hidden = true;
    readOut();
  });
  ["htmx:sendError", "htmx:responseError", "htmx:timeout"].forEach(function (name) {
    document.addEventListener(name, function () { lost.hidden = false; });
  });

  form.querySelector("[data-what-if-button]").hidden = true;
  rows.forEach(follow);
  // What was typed before this file ran is asked now; nobody will type it again.
  if (rows.some(function (row) { return row.number.value !== row.number.defaultValue; })) { ask(); }
})();
