// Dragging criteria into order, by mouse, pen or finger. It only writes the number of place of the row
// that was dropped; the server puts them in order and says what follows. Without this file there are
// buttons and the numbers.
(function () {
  "use strict";

  var row = null; // the one that is dragged
  var home = null; // where it stood: its list and the row after it

  function rows(list) { return Array.from(list.querySelectorAll("[data-row]")); }
  function ordered() { return document.querySelector("[data-order]"); }

  // The row before which a pointer at this height would put it; null: at the end.
  function rowBelow(list, y) {
    return rows(list).find(function (other) {
      var box = other.getBoundingClientRect();
      return other !== row && y < box.top + box.height / 2;
    }) || null;
  }

  function isOver(list, y) {
    var box = list.getBoundingClientRect();
    var left = document.querySelector("[data-left]");
    var end = left ? Math.max(box.bottom, left.getBoundingClientRect().top - 40) : Infinity;
    return y < end;
  }

  function move(event) {
    if (!row.isConnected) { stop(); return; } // an answer of the server came in between
    var list = ordered();
    if (event.clientY < 90) { window.scrollBy(0, -12); }
    if (event.clientY > window.innerHeight - 40) { window.scrollBy(0, 12); }
    if (isOver(list, event.clientY)) {
      var next = rowBelow(list, event.clientY);
      if (row.parentElement !== list || row.nextElementSibling !== next) { list.insertBefore(row, next); }
    } else {
      putBack();
    }
  }

  function putBack() {
    if (row.parentElement !== home.list || row.nextElementSibling !== home.next) {
      home.list.insertBefore(row, home.next);
    }
  }

  function stop() {
    document.removeEventListener("pointermove", move);
    document.removeEventListener("pointerup", drop);
    document.removeEventListener("pointercancel", cancel);
    document.removeEventListener("keydown", escape);
    document.documentElement.classList.remove("is-dragging");
    row.classList.remove("is-dragged");
  }

  function drop() {
    stop();
    if (!row.isConnected) { return; }
    if (row.parentElement === home.list && row.nextElementSibling === home.next) { return; }
    var number = row.querySelector("input");
    number.value = rows(row.parentElement).indexOf(row) + 1;
    number.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function cancel() {
    stop();
    putBack();
  }

  function escape(event) {
    if (event.key === "Escape") { cancel(); }
  }

  document.addEventListener("pointerdown", function (event) {
    var grip = event.target.closest("[data-grip]");
    if (!grip || event.button !== 0) { return; }
    event.preventDefault();
    row = grip.closest("[data-row]");
    home = { list: row.parentElement, next: row.nextElementSibling };
    row.classList.add("is-dragged");
    document.documentElement.classList.add("is-dragging");
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", drop);
    document.addEventListener("pointercancel", cancel);
    document.addEventListener("keydown", escape);
  });

  // Enter in a number puts its row there; it does not save.
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || !event.target.closest(".order-number")) { return; }
    event.preventDefault();
    event.target.dispatchEvent(new Event("change", { bubbles: true }));
  });

  document.documentElement.classList.add("can-drag");
})();
