// The scorecard, as a grid (scoring_grid.js) or one candidate at a time: each cell saves itself.
// Without this file both are plain forms with a Save button.
(function () {
  "use strict";

  var form = document.getElementById("scorecard");
  if (!form) { return; }

  var EVIDENCE_SHORT = {
    measured: "Measured", reference: "Reference", document: "Document",
    demo: "Demo", claim: "Claim", guess: "Guess"
  };
  var STATE_WORDS = {
    saving: "Saving…", saved: "Saved", waiting: "Not saved – retrying",
    conflict: "Changed elsewhere – choose above", refused: "Not saved"
  };
  var cells = new Map();
  var doneNode = form.querySelector("[data-done]");
  var bar = form.querySelector(".score-bar progress");
  var unprovenNode = form.querySelector("[data-unproven]");
  var stateNode = form.querySelector("[data-save-state]");
  var wordsNode = form.querySelector("[data-save-words]");
  var conflictBox = form.querySelector("[data-conflicts]");

  // Fields somebody is typing in: an answer that arrives meanwhile must not write over them.
  var typing = new Set();
  form.addEventListener("input", function (event) {
    if (event.target.matches("textarea, input:not([type=radio])")) { typing.add(event.target); }
  });
  form.addEventListener("focusout", function (event) { typing.delete(event.target); });
  function showIn(field, value) {
    if (!typing.has(field) && field.value !== value) { field.value = value; }
  }

  function find(selector, root) { return Array.from((root || form).querySelectorAll(selector)); }
  function text(node, value) { if (node) { node.textContent = value; } }
  function isUnproven(value) { return value.mark !== "" && value.mark !== "N/A" && !value.evidence; }
  function noteOf(value) {
    var words = EVIDENCE_SHORT[value.evidence] || "";
    return value.comment ? (words ? words + " + note" : "note") : words;
  }
  function markWords(cell, mark) {
    if (cell.kind === "gate" && mark !== "") { return { 1: "Pass", 0: "Fail" }[mark] || mark; }
    return mark === "" ? "empty" : mark;
  }

  // ── Cells: one shape for the grid and for the page of one candidate ──────────────────────────

  function sheetCell(box) {
    var key = box.dataset.sheetCell;
    var prefix = "cell-" + key + "-";
    var marks = find('[name="' + prefix + 'mark"]', box);
    var evidence = box.querySelector('[name="' + prefix + 'evidence"]');
    var comment = box.querySelector('[name="' + prefix + 'comment"]');
    var typed = marks.length === 1 ? marks[0] : null;
    function mark() {
      if (typed) { return typed.value.trim(); }
      var on = marks.find(function (radio) { return radio.checked; });
      return on ? on.value : "";
    }
    var cell = {
      key: key, version: Number(box.dataset.version), box: box, kind: box.dataset.kind,
      read: function () { return { mark: mark(), evidence: evidence.value, comment: comment.value }; }
    };
    // As the page came; what was chosen before this script ran, or what the browser put back, is not stored yet.
    cell.value = {
      mark: typed ? typed.defaultValue.trim() : (marks.find(function (r) { return r.defaultChecked; }) || { value: "" }).value,
      evidence: chosenAtFirst(evidence), comment: comment.defaultValue
    };
    cell.late = function () { change(cell, cell.read()); };
    cell.name = function () {
      return document.querySelector(".sheet-title").firstChild.textContent.trim() + ", " +
        box.querySelector(".criterion-name").textContent.trim();
    };
    cell.show = function () {
      if (typed) {
        showIn(typed, cell.value.mark);
      } else {
        marks.forEach(function (radio) { radio.checked = radio.value !== "" && radio.value === cell.value.mark; });
      }
      if (evidence.value !== cell.value.evidence) { evidence.value = cell.value.evidence; }
      showIn(comment, cell.value.comment);
      text(box.querySelector("[data-note]"), noteOf(cell.value) ? ": " + noteOf(cell.value) : "");
      showAnchor(cell);
    };
    cell.focus = function () { (typed || marks.find(function (r) { return r.checked; }) || marks[0]).focus(); };
    return cell;
  }

  function chosenAtFirst(select) {
    var options = Array.from(select.options);
    return (options.find(function (option) { return option.defaultSelected; }) || options[0]).value;
  }

  function showAnchor(cell) {
    var line = cell.box.querySelector("[data-chosen-anchor]");
    if (!line) { return; }
    var anchor = cell.box.querySelector('[data-anchor="' + cell.value.mark + '"]');
    line.hidden = !anchor;
    text(line, anchor ? cell.value.mark + ": " + anchor.textContent : "");
  }

  // ── Counting and saving ──────────────────────────────────────────────────────────────────────

  function count(cell, before, after) {
    var step = (after.mark !== "") - (before.mark !== "");
    text(doneNode, Number(doneNode.textContent) + step);
    bar.value += step;
    text(unprovenNode, Number(unprovenNode.textContent) + isUnproven(after) - isUnproven(before));
    form.querySelector("[data-unproven-line]").hidden = unprovenNode.textContent === "0";
    var candidate = form.querySelector('[data-done-of="' + cell.key.split("-")[0] + '"]');
    if (candidate) { text(candidate, Number(candidate.textContent) + step); }
    document.querySelectorAll('[data-missing="' + cell.key + '"]').forEach(function (link) {
      link.classList.toggle("is-done", after.mark !== "");
    });
  }

  function put(cell, value) {
    count(cell, cell.value, value);
    cell.value = value;
    cell.show();
    scoring.onChange(cell);
  }

  function change(cell, part) {
    var value = Object.assign({}, cell.value, part);
    if (value.mark === cell.value.mark && value.evidence === cell.value.evidence &&
        value.comment === cell.value.comment) { return; }
    put(cell, value);
    queue.save(cell.key, cell.version, value, { title: cell.name(), kind: cell.kind });
  }

  var scoring = window.PortalScoring = {
    form: form, cells: cells, find: find, text: text, change: change, noteOf: noteOf,
    markWords: markWords, speak: speak, showIn: showIn, typing: typing, chosenAtFirst: chosenAtFirst,
    flush: function () { /* the grid saves a comment that is being typed */ },
    shown: function () { return null; },
    onChange: function () { /* the grid fills its panel */ },
    start: useSheet
  };
  var queue = new window.PortalScoringQueue(form, onCell, onSummary);

  function onCell(key, state, entry) {
    var cell = cells.get(key);
    showConflicts();
    if (!cell) { return; }
    if (state === "saved") {
      cell.version = entry.base;
      put(cell, { mark: entry.want.mark, evidence: entry.want.evidence, comment: entry.want.comment });
    } else if (state === "saving" && (cell.value.mark !== entry.want.mark ||
        cell.value.evidence !== entry.want.evidence || cell.value.comment !== entry.want.comment)) {
      put(cell, entry.want); // brought back from an earlier visit
    }
    cell.box.dataset.state = state;
    cell.problem = entry.message || "";
    if (cell.input) { cell.input.toggleAttribute("aria-invalid", state === "refused"); cell.input.title = cell.problem; }
    var line = cell.box.querySelector("[data-cell-state]");
    if (line) { line.hidden = false; text(line, cell.problem || STATE_WORDS[state]); }
    scoring.onChange(cell);
  }

  function onSummary(summary) {
    var refused = Array.from(queue.entries.values()).filter(function (e) { return e.state === "refused"; });
    var clashing = Array.from(queue.entries.values()).some(function (e) { return e.state === "conflict"; });
    var cellsWord = summary.unsaved === 1 ? "1 cell" : summary.unsaved + " cells";
    var words = "All saved";
    if (summary.state === "saving") { words = "Saving…"; }
    if (summary.state === "waiting") { words = cellsWord + " not saved – retrying"; }
    if (summary.state === "signed-out") { words = cellsWord + " not saved: you are signed out, or may not score any more."; }
    if (summary.state === "idle" && clashing) { words = "Changed elsewhere – choose below"; }
    if (summary.state === "idle" && refused.length) { words = "Not saved: " + refused[0].message; }
    stateNode.hidden = false;
    stateNode.dataset.state = summary.state === "idle" && summary.unsaved ? "refused" : summary.state;
    text(stateNode, words);
    if (summary.state === "signed-out") { stateNode.append(" ", signInLink()); }
    if (summary.state === "waiting") { stateNode.append(" ", tryButton()); }
    speak(words);
  }

  function signInLink() {
    var link = document.createElement("a");
    link.href = form.dataset.signIn;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = "Sign in again (new tab)";
    return link;
  }
  function tryButton() {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-link btn-sm";
    button.textContent = "Try now";
    button.addEventListener("click", function () { queue.now(); });
    return button;
  }

  // Said aloud when the dust has settled, not at every key.
  var speaking = 0;
  function speak(words) {
    window.clearTimeout(speaking);
    speaking = window.setTimeout(function () {
      if (wordsNode.textContent !== words) { text(wordsNode, words); }
    }, 700);
  }

  // ── Two versions of one cell: show both, let the person choose ───────────────────────────────

  function showConflicts() {
    var list = conflictBox.querySelector("ul");
    list.replaceChildren();
    queue.entries.forEach(function (entry, key) {
      if (entry.state !== "conflict") { return; }
      var item = document.createElement("li");
      var title = document.createElement("strong");
      title.textContent = entry.about.title;
      item.append(title, choice(key, entry, entry.current, false), choice(key, entry, entry.want, true));
      list.append(item);
    });
    conflictBox.hidden = !list.children.length;
  }

  function choice(key, entry, value, mine) {
    var button = document.createElement("button");
    var words = [markWords(entry.about, value.mark), EVIDENCE_SHORT[value.evidence]];
    if (value.comment) { words.push("“" + value.comment + "”"); }
    button.type = "button";
    button.className = "btn btn-secondary";
    button.textContent = (mine ? "Use mine: " : "Keep stored: ") + words.filter(Boolean).join(", ");
    button.addEventListener("click", function () {
      queue.choose(key, mine);
      if (cells.get(key)) { cells.get(key).focus(); }
    });
    return button;
  }

  function useSheet() {
    find("[data-sheet-cell]").forEach(function (box) {
      var cell = sheetCell(box);
      cells.set(cell.key, cell);
      showAnchor(cell);
      var pause = 0;
      function take() {
        window.clearTimeout(pause);
        find("textarea, input", box).forEach(function (field) { typing.delete(field); });
        change(cell, cell.read());
      }
      box.addEventListener("change", take);
      box.addEventListener("input", function (event) {
        if (event.target.tagName !== "TEXTAREA") { return; }
        window.clearTimeout(pause);
        pause = window.setTimeout(take, 800);
      });
      box.addEventListener("keydown", function (event) {
        if (event.key === "Enter" && event.target.tagName === "INPUT") { event.preventDefault(); take(); }
      });
    });
  }

  // ── The rest of the page ─────────────────────────────────────────────────────────────────────

  function nextMissing() {
    var all = Array.from(cells.values());
    var from = scoring.shown() ? all.indexOf(scoring.shown()) : 0;
    var next = all.slice(from).concat(all.slice(0, from)).find(function (cell) { return cell.value.mark === ""; });
    if (next) {
      next.focus();
      next.box.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else { speak("Nothing is empty here."); }
  }

  form.addEventListener("submit", function (event) {
    scoring.flush();
    if (!queue.unsaved()) { return; }
    event.preventDefault(); // first everything must be stored
    delete form.dataset.busy;
    queue.now();
    var submitter = event.submitter;
    var tries = 0;
    var wait = window.setInterval(function () {
      tries += 1;
      if (queue.unsaved() && tries < 100) { return; }
      window.clearInterval(wait);
      if (submitter) { submitter.classList.remove("is-busy"); }
      if (!queue.unsaved()) { form.requestSubmit(submitter); }
    }, 100);
  });

  document.addEventListener("submit", function (event) {
    if (event.target.action.indexOf("/logout/") > 0) { window.PortalScoringQueue.forgetAll(); }
  });

  // A link to one cell, as in the list of what is missing.
  function goToHash() {
    var cell = cells.get(window.location.hash.slice(2));
    if (cell) { cell.focus(); }
  }

  function start() {
    form.classList.add("has-script");
    find("[data-without-script]").forEach(function (node) { node.hidden = true; });
    find("[data-with-script], [data-next-missing]").forEach(function (node) { node.hidden = false; });
    find("[data-next-missing]").forEach(function (button) { button.addEventListener("click", nextMissing); });
    scoring.start();
    queue.restore(cells);
    cells.forEach(function (cell) { cell.late(); });
    document.querySelectorAll("[data-missing-list] a").forEach(function (link) {
      link.addEventListener("click", function (event) {
        var cell = cells.get(link.dataset.missing);
        if (cell && cell.box.offsetParent) { event.preventDefault(); cell.focus(); }
      });
    });
    window.addEventListener("hashchange", goToHash);
    goToHash();
  }
  document.addEventListener("DOMContentLoaded", start); // all deferred scripts have run by then
})();
