// The page of a review saves itself: a moment after each change everything is posted, and the parts that
// come back take the place of those with their id. Without this file there is a Save button.
(function () {
  "use strict";

  var form = document.getElementById("review");
  if (!form) { return; }
  var PAUSE = 700;
  var RETRIES = [1000, 2000, 4000, 8000, 15000, 30000];
  var saved = document.getElementById("record-saved");
  var timer = 0, tries = 0, running = false, again = null, changes = 0;

  function say(words, state) { saved.textContent = words; saved.dataset.state = state; }

  // Signing in again in another tab changes the token: the cookie is newer than the page.
  function token() {
    var found = document.cookie.match(/(?:^|;\s*)(?:__Host-)?csrftoken=([^;]+)/);
    return found ? decodeURIComponent(found[1]) : form.querySelector("[name=csrfmiddlewaretoken]").value;
  }

  function dirty() { form.dataset.dirty = "yes"; changes += 1; }

  function later(pause) {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, pause);
  }

  function save(submitter) {
    window.clearTimeout(timer);
    if (running) { again = again || { submitter: submitter }; return; }
    running = true;
    var sent = changes;
    var data = submitter ? new FormData(form, submitter) : new FormData(form);
    data.set("autosave", "1");
    data.set("csrfmiddlewaretoken", token());
    say("Saving…", "saving");
    fetch(form.action, { method: "POST", body: data, credentials: "same-origin", redirect: "manual" })
      .then(function (answer) {
        if (answer.status === 410) { delete form.dataset.dirty; window.location.reload(); return null; }
        if (![200, 409, 422].includes(answer.status)) { throw answer; }
        return answer.text().then(function (html) { took(html, answer.status, sent); });
      })
      .catch(failed)
      .finally(function () {
        running = false;
        if (again) { var next = again; again = null; save(next.submitter); }
      });
  }

  function took(html, status, sent) {
    tries = 0;
    put(html);
    if (sent === changes) { delete form.dataset.dirty; }
    if (status === 200) { say("All saved", "saved"); return; }
    form.dataset.dirty = "yes";
    say(status === 409 ? "Changed elsewhere: choose below" : "Not everything is saved: see below", "refused");
  }

  function failed(answer) {
    var lost = answer && (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403);
    if (lost) {
      say("Not saved: you are signed out, or may not change this any more. ", "refused");
      var link = document.createElement("a");
      link.href = form.dataset.signIn;
      link.target = "_blank";
      link.rel = "noopener";
      link.textContent = "Sign in again (new tab)";
      saved.append(link);
    } else {
      say("Not saved yet: trying again", "refused");
    }
    later(RETRIES[Math.min(tries, RETRIES.length - 1)]);
    tries += 1;
  }

  // A part that somebody is typing in stays: it comes again with the next answer.
  function put(html) {
    var page = new DOMParser().parseFromString(html, "text/html");
    page.querySelectorAll("[data-part]").forEach(function (part) {
      var old = document.getElementById(part.id);
      if (!old || part.parentElement.closest("[data-part]")) { return; }
      var wasFocused = old.contains(document.activeElement);
      if (part.dataset.row && wasFocused && document.activeElement.matches("textarea, input:not([type=radio])")) { return; }
      var focused = wasFocused ? document.activeElement : null;
      old.replaceWith(document.adoptNode(part));
      if (focused && !focused.isConnected) {
        var same = Array.from(part.querySelectorAll("input, textarea, button")).find(function (field) {
          return field.name === focused.name && (field.type !== "radio" || field.checked);
        });
        if (same) { same.focus(); }
      }
      if (part.classList.contains("record-state")) { mark(part); }
    });
  }

  function mark(state) {
    var row = state.closest("[data-row]");
    if (row) { row.classList.toggle("is-refused", Boolean(state.querySelector(".record-error, .record-clash"))); }
  }

  function mine(field) { return field && field.form === form; }

  document.addEventListener("change", function (event) {
    if (!mine(event.target)) { return; }
    dirty();
    later(event.target.type === "radio" ? 150 : PAUSE);
  });
  document.addEventListener("input", function (event) {
    if (mine(event.target) && event.target.type !== "radio") { dirty(); later(PAUSE); }
  });

  // The page stays, so the form must not count as on its way (app.js).
  function hold(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
    delete form.dataset.busy;
    if (event.submitter) { event.submitter.classList.remove("is-busy"); }
  }

  // Choosing between two versions goes the same way; closing waits until nothing is on its way.
  document.addEventListener("submit", function (event) {
    if (event.target !== form) { return; }
    var button = event.submitter;
    if (button && button.hasAttribute("data-close")) {
      window.clearTimeout(timer);
      again = null;
      if (!running) { return; }
      hold(event);
      var wait = window.setInterval(function () {
        if (running) { return; }
        window.clearInterval(wait);
        form.requestSubmit(button);
      }, 50);
      return;
    }
    hold(event);
    dirty();
    save(button && button.name ? button : undefined);
  }, true);

  // ── Keys ─────────────────────────────────────────────────────────────────────────────────────

  function firstField(row) {
    var radios = Array.from(row.querySelectorAll("input[type=radio]"));
    return radios.find(function (radio) { return radio.checked; }) || radios[0] || row.querySelector("input:not([type=hidden])");
  }

  function onward(row) {
    var rows = Array.from(document.querySelectorAll(".record-row"));
    var next = rows[rows.indexOf(row) + 1];
    var field = next ? firstField(next) : document.querySelector(".record-text input, .record-text textarea");
    if (field) { field.focus(); field.scrollIntoView({ block: "center" }); }
  }

  document.addEventListener("keydown", function (event) {
    var row = event.target.closest && event.target.closest(".record-row");
    if (!row || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === "Enter" && event.target.tagName === "INPUT") {
      event.preventDefault();
      onward(row);
      return;
    }
    if (!event.target.matches("input[type=radio]")) { return; }
    var wanted = { n: "N/A", p: "1", f: "0", Delete: "", Backspace: "" }[event.key];
    if (wanted === undefined) { wanted = event.key; }
    var radio = Array.from(row.querySelectorAll("input[type=radio]")).find(function (one) { return one.value === wanted; });
    if (!radio) { return; }
    event.preventDefault();
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    if (wanted !== "") { onward(row); }
  });

  document.querySelectorAll("[data-without-script]").forEach(function (node) { node.hidden = true; });
  document.querySelectorAll("[data-with-script]").forEach(function (node) { node.hidden = false; });
  // What was typed before this script ran, or brought back by the browser, is not stored yet.
  if (Array.from(form.elements).some(function (field) {
    return field.type === "radio" ? field.checked !== field.defaultChecked
      : field.type !== "hidden" && field.value !== undefined && field.value !== field.defaultValue && field.tagName !== "BUTTON";
  })) { dirty(); later(0); }
})();
