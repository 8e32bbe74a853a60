// The score grid: keys, and the panel that follows the focused cell. Uses what scoring.js offers.
(function () {
  "use strict";

  var scoring = window.PortalScoring;
  var form = scoring && scoring.form;
  var panel = form && form.querySelector("[data-panel]");
  if (!panel) { return; }

  var MOST_COMMENT = 2000;
  var cells = scoring.cells;
  var find = scoring.find;
  var text = scoring.text;
  var change = scoring.change;
  var shownCell = null;

  // ── Cells ─────────────────────────────────────────────────────────────────────────────────────

  function gridCell(input) {
    var row = input.closest("tr");
    if (input.tagName === "INPUT") { input.placeholder = "·"; input.inputMode = "decimal"; }
    var cell = {
      key: input.id.slice(1), version: Number(input.dataset.version || 0), input: input, row: row,
      box: input.parentNode, kind: row.dataset.kind, place: input.closest("tbody"),
      value: { mark: input.options ? scoring.chosenAtFirst(input) : input.defaultValue, evidence: input.dataset.evidence || "", comment: input.dataset.comment || "" }
    };
    cell.name = function () {
      return document.getElementById("v" + cell.key.split("-")[0]).textContent.trim() +
        ", " + row.querySelector(".criterion-name").textContent.trim();
    };
    cell.show = function () {
      scoring.showIn(input, cell.value.mark);
      var note = cell.box.querySelector(".cell-note");
      if (!note && scoring.noteOf(cell.value)) {
        note = document.createElement("small");
        note.className = "cell-note";
        input.after(note);
      }
      text(note, scoring.noteOf(cell.value));
    };
    cell.focus = function () { input.focus(); };
    cell.late = function () { commit(cell); };
    return cell;
  }

  // ── The panel beside the grid ────────────────────────────────────────────────────────────────

  function fillPanel() {
    var cell = shownCell;
    var names = cell.name().split(", ");
    text(panel.querySelector("[data-panel-candidate]"), names[0]);
    text(panel.querySelector("[data-panel-title]"), cell.row.querySelector(".criterion-name").textContent);
    text(panel.querySelector("[data-panel-question]"), find(".criterion-question", cell.row).map(function (node) {
      return node.textContent;
    }).join(" "));
    var problem = panel.querySelector("[data-panel-problem]");
    problem.hidden = !cell.problem;
    text(problem, cell.problem);
    fillMarks(cell, panel.querySelector("[data-panel-marks]"));
    find("[name=panel-evidence]", panel).forEach(function (radio) {
      radio.checked = radio.value === cell.value.evidence && (radio.value !== "" || cell.value.mark !== "");
    });
    var comment = panel.querySelector("[data-panel-comment]");
    scoring.showIn(comment, cell.value.comment);
    showLength(comment);
    panel.hidden = false;
  }

  function showLength(comment) {
    var length = Array.from(comment.value).length;
    var node = panel.querySelector("[data-panel-length]");
    text(node, length + " of " + MOST_COMMENT);
    node.classList.toggle("is-over", length > MOST_COMMENT);
  }

  function fillMarks(cell, box) {
    var options = { hand: ["5", "4", "3", "2", "1", "0"], gate: ["1", "0"] }[cell.kind] || [];
    var had = box.contains(document.activeElement) ? document.activeElement.dataset.mark : null;
    box.replaceChildren.apply(box, options.concat(["N/A", ""]).map(function (mark) {
      return markButton(cell, mark);
    }));
    var again = had === null ? null : box.querySelector('[data-mark="' + had + '"]');
    if (again) { again.focus(); }
  }

  function markButton(cell, mark) {
    var button = document.createElement("button");
    var name = document.createElement("b");
    var anchor = cell.row.querySelector('[data-anchor="' + mark + '"]');
    button.type = "button";
    button.className = "mark-button" + (anchor ? "" : " short");
    button.dataset.mark = mark;
    button.setAttribute("aria-pressed", String(mark !== "" && cell.value.mark === mark));
    button.disabled = mark === "" && cell.value.mark === "";
    name.textContent = mark === "" ? "Clear" : scoring.markWords(cell, mark);
    button.append(name);
    if (anchor) { button.append(" ", document.createTextNode(anchor.textContent)); }
    button.addEventListener("click", function () { change(cell, { mark: mark }); });
    return button;
  }

  function openEditor() {
    var chosen = panel.querySelector("[name=panel-evidence]:checked");
    (chosen || panel.querySelector("[name=panel-evidence]")).focus();
  }

  var commentPause = 0;
  function saveComment() {
    window.clearTimeout(commentPause);
    commentPause = 0;
    var comment = panel.querySelector("[data-panel-comment]");
    scoring.typing.delete(comment);
    if (shownCell) { change(shownCell, { comment: comment.value }); }
  }

  function usePanel() {
    var comment = panel.querySelector("[data-panel-comment]");
    panel.addEventListener("change", function (event) {
      if (event.target.name === "panel-evidence") { change(shownCell, { evidence: event.target.value }); }
      event.stopPropagation();
    });
    comment.addEventListener("input", function () {
      showLength(comment);
      window.clearTimeout(commentPause);
      commentPause = window.setTimeout(saveComment, 800);
    });
    comment.addEventListener("blur", saveComment);
    panel.addEventListener("keydown", function (event) {
      if (event.key === "Escape") { event.preventDefault(); saveComment(); shownCell.focus(); }
      if (event.key === "Enter" && event.target !== comment && event.target.tagName !== "BUTTON") { event.preventDefault(); }
    });
  }

  // ── Keys in the grid ─────────────────────────────────────────────────────────────────────────

  function neighbour(cell, down, right) {
    var rows = find("tr[data-criterion]");
    var row = rows[rows.indexOf(cell.row) + down];
    var inputs = find(".mark", cell.row);
    var column = inputs.indexOf(cell.input) + right;
    return row ? find(".mark", row)[column] : null;
  }

  function atEdge(input, right) {
    if (input.tagName === "SELECT" || input.selectionStart !== input.selectionEnd) { return true; }
    return right > 0 ? input.selectionEnd === input.value.length : input.selectionStart === 0;
  }

  var ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  function move(event, cell) {
    var target = null;
    var inputs = find(".mark", cell.row);
    if (ARROWS[event.key]) {
      if (ARROWS[event.key][1] && !atEdge(cell.input, ARROWS[event.key][1])) { return false; }
      target = neighbour(cell, ARROWS[event.key][0], ARROWS[event.key][1]);
    } else if (event.key === "Home" || event.key === "End") {
      if (event.ctrlKey) { inputs = find(".mark"); }
      target = event.key === "Home" ? inputs[0] : inputs[inputs.length - 1];
    } else { return false; }
    event.preventDefault();
    if (target) { target.focus(); }
    return true;
  }

  function isNumber(cell) { return cell.kind === "measured" || cell.kind === "judged"; }
  function allSelected(input) { return input.selectionStart === 0 && input.selectionEnd === input.value.length; }

  function typeMark(event, cell) {
    var key = event.key.toLowerCase();
    var mark = null;
    if (key === "n") { mark = "N/A"; }
    if ((key === "delete" || key === "backspace") && (!isNumber(cell) || allSelected(cell.input))) { mark = ""; }
    if (cell.kind === "hand" && /^[0-5]$/.test(key)) { mark = key; }
    if (cell.kind === "gate") {
      if (key === "p" || key === "1") { mark = "1"; }
      if (key === "f" || key === "0") { mark = "0"; }
    }
    if (mark === null) { return false; }
    event.preventDefault();
    scoring.typing.delete(cell.input);
    change(cell, { mark: mark });
    cell.input.select && cell.input.select();
    return true;
  }

  function onKey(event) {
    var cell = event.target.matches(".mark") && cells.get(event.target.id.slice(1));
    if (!cell || event.altKey || event.metaKey) { return; }
    if (move(event, cell)) { return; }
    if (event.ctrlKey) { return; }
    if (event.key === "Enter" || event.key.toLowerCase() === "e") {
      event.preventDefault();
      commit(cell);
      openEditor();
    } else if (event.key === "Escape") {
      scoring.typing.delete(cell.input);
      cell.show();
    } else if (!typeMark(event, cell) && event.key.length === 1 && cell.kind === "hand") {
      event.preventDefault();
      cell.problem = "Type 0 to 5, or n for not applicable.";
      fillPanel();
      scoring.speak(cell.problem);
    }
  }

  function commit(cell) {
    var value = cell.input.value.trim();
    if (cell.kind === "hand" && !/^([0-5]|N\/A)?$/.test(value)) {
      value = /^n/i.test(value) ? "N/A" : value;
    }
    scoring.typing.delete(cell.input);
    change(cell, { mark: value });
  }

  function useGrid() {
    find(".mark").forEach(function (input) { var cell = gridCell(input); cells.set(cell.key, cell); });
    var table = form.querySelector(".score-table");
    table.addEventListener("keydown", onKey);
    table.addEventListener("change", function (event) {
      if (event.target.matches(".mark")) { commit(cells.get(event.target.id.slice(1))); }
    });
    table.addEventListener("focusin", function (event) {
      if (!event.target.matches(".mark")) { return; }
      if (commentPause) { saveComment(); }
      if (event.target.select) { event.target.select(); }
      show(cells.get(event.target.id.slice(1)));
    });
    usePanel();
    if (!isWide()) { return; }
    var all = Array.from(cells.values());
    show(all.find(function (cell) { return cell.value.mark === ""; }) || all[0]);
  }

  function show(cell) {
    if (shownCell) {
      shownCell.row.classList.remove("is-here");
      shownCell.box.classList.remove("is-shown");
    }
    shownCell = cell;
    scoring.typing.delete(panel.querySelector("[data-panel-comment]"));
    cell.row.classList.add("is-here");
    cell.box.classList.add("is-shown");
    fillPanel();
    if (!isWide()) { cell.box.scrollIntoView({ block: "nearest" }); }
  }

  // Narrower than this the panel is docked at the bottom, over the grid.
  function isWide() { return window.matchMedia("(width >= 80rem)").matches; }

  scoring.flush = function () { if (commentPause) { saveComment(); } };
  scoring.shown = function () { return shownCell; };
  scoring.onChange = function (cell) { if (cell === shownCell) { fillPanel(); } };
  scoring.start = useGrid;
})();

